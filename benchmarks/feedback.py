"""How much CPU time the feedback pages of a class take: ``python benchmarks/feedback.py [COURSE [ASSIGNMENT]]``.

The course has to be graded. All pages are written anew to another place, so that nothing of the course changes. Counted
is the time of this process and of all that it starts, not the time that passed.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from shapewise.grading.command.feedback import write_feedback


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(course: Path, assignment: str) -> None:
    """Print the time of one student's pages, of everybody's, and of each further student's."""
    students = sorted(path.parent.name for path in (course / "autograded").glob(f"*/{assignment}"))
    if len(students) < 2:
        raise SystemExit(f"{course} holds no graded class of {assignment}. Grade one first: make grade.")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("nbgrader_config.py", "gradebook.db"):
            shutil.copy(course / name, copy)
        (copy / "autograded").symlink_to((course / "autograded").absolute())
        for count in (1, len(students)):
            shutil.rmtree(copy / "feedback", ignore_errors=True)
            before = _spent()
            remarks = write_feedback(copy, assignment, students[:count], Console(quiet=True))
            times.append(_spent() - before)
            print(f"{count:5} students: {times[-1]:6.3f} s of CPU time, {len(remarks)} remarks")
    print(f"each further student: {1000 * (times[1] - times[0]) / (len(students) - 1):.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."), sys.argv[2] if len(sys.argv) > 2 else "m01_tensors")
