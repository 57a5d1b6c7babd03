"""A course -> its folder, what its students hand in, and the scores that nbgrader and this engine give.

``python -m tests.grading.courses.running COURSE STEP [ASSIGNMENT...]`` does one of nbgrader's steps, with the
configuration that lies there: in a process of its own, which no test's settings reach.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from shapewise.course.nbgrader import nbgrader_api
from tests.grading.courses.cells import Assignment, Course, write

__all__ = ["ENGINE", "build", "hand_in", "nbgrader"]

ENGINE = "\nfrom shapewise import grading\ngrading.configure(c)\n"
"""All that a course has to say to be graded by this engine."""


def build(course: Course, folder: Path, engine: str = "") -> None:
    """The course's folder, as its teacher has it before anything is released."""
    for name, content in course.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{course.config}\n{engine}", "utf-8")
    for assignment, content in course.assignments.items():
        source = folder / course.folder("source") / assignment
        for name, notebook in content.notebooks.items():
            write(notebook, source / f"{name}.ipynb")
        for name, data in content.files.items():
            (source / name).write_bytes(data)


def hand_in(course: Course, folder: Path) -> None:
    """What each student hands in: the released notebooks, with the student's answers in them."""
    for assignment, content in course.assignments.items():
        for student in content.answers:
            for name in content.notebooks:
                released = folder / course.folder("release") / assignment / f"{name}.ipynb"
                filled = _filled(json.loads(released.read_text("utf-8")), content, student, name)
                write(filled, folder / course.folder("submitted") / student / assignment / f"{name}.ipynb")


def _filled(released: dict[str, Any], content: Assignment, student: str, name: str) -> dict[str, Any]:
    reference = {_id(cell): "".join(cell["source"]) for cell in content.notebooks[name]["cells"]}
    own = content.answers[student].get(name, {})
    for cell in released["cells"]:
        mark = cell["metadata"].get("nbgrader") or {}
        if mark.get("solution") or (mark.get("task") and mark["grade_id"] in own):
            chosen = own.get(mark["grade_id"], reference[mark["grade_id"]])
            cell["source"] = cell["source"] if chosen is None else chosen
    return released


def _id(cell: dict[str, Any]) -> str:
    return str((cell["metadata"].get("nbgrader") or {}).get("grade_id", ""))


def nbgrader(folder: Path, step: str, *assignments: str) -> str:
    """Do one of nbgrader's steps, for these assignments or for all; returns what it said."""
    command = [sys.executable, "-m", "tests.grading.courses.running", str(folder), step, *assignments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{step}: {done.stderr[-4000:]}"
    return done.stdout + done.stderr


def main(folder: Path, step: str, *assignments: str) -> None:
    api = nbgrader_api(folder)
    for assignment in assignments or sorted(api.get_source_assignments()):
        if step == "generate_assignment":
            done = [api.generate_assignment(assignment)]
        else:
            done = [api.autograde(assignment, student) for student in sorted(api.get_submitted_students(assignment))]
        for one in done:
            print(one["log"])
            if not one["success"]:
                raise SystemExit(f"{assignment}: {one['error'] or one['log']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
