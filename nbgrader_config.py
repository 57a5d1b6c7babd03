"""How nbgrader runs this course: where things are, what students see, how submissions are graded."""

from shapewise.report import formgrader

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
# after ClearSolutions, which is the third
c.GenerateAssignment.preprocessors.insert(3, "shapewise.course.release.ToRepair")
c.GenerateAssignment.preprocessors.append("shapewise.course.release.ForStudents")

# submissions are rebuilt, run in a sandbox, and judged where no student's code runs: shapewise/grading
c.Autograde.exporter_class = "shapewise.grading.command.plugin.SubmissionExporter"
c.Autograde.sanitize_preprocessors = ["shapewise.grading.command.plugin.GradeNotebook"]
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# feedback pages show a student's work and nothing of the lesson: shapewise/grading/pages
c.GenerateFeedback.exporter_class = "shapewise.grading.command.feedback_exporter.FeedbackExporter"
c.GenerateFeedback.preprocessors = []

# formgrader runs no script of a student's and asks no other server for anything: shapewise/report/formgrader.py
formgrader.configure(c)
