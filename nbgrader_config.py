"""How nbgrader runs this course: where things are, what students see, how submissions are graded."""

from shapewise import grading

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "shapewise"
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# release/ holds assignments only, with no folder per student in between
c.CourseDirectory.directory_structure = "{nbgrader_step}/{student_id}/{assignment_id}"

# what macOS lays beside the files that it copies to another disk, and into folders that it shows
c.CourseDirectory.ignore.extend(["._*", ".DS_Store"])

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("Not started: your code goes here.")'}
# right after ClearSolutions, the fourth of nbgrader's steps
c.GenerateAssignment.preprocessors.insert(4, "shapewise.course.release.ToRepair")
c.GenerateAssignment.preprocessors.append("shapewise.course.release.ForStudents")

# `nbgrader autograde`, `generate_feedback` and formgrader use this engine: shapewise/grading
grading.configure(c)
