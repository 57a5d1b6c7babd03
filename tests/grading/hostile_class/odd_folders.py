"""Folders that hold links, pipes, folders for files, files for folders, too much, or the notebook somewhere else."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.grading.hostile_class.hand_in import ASSIGNMENT, HandIn, right, with_file, written

__all__ = ["HAND_INS"]

_READS_ALL = os.geteuid() == 0  # nothing is closed to root


def _empty(student: Path) -> None:
    (student / ASSIGNMENT).mkdir(parents=True)


def _stray(name: str) -> Callable[[Path], object]:
    def make(student: Path) -> None:
        path = student / ASSIGNMENT / name
        path.parent.mkdir(parents=True)
        path.write_bytes(right())

    return make


def _elsewhere(name: str) -> Callable[[Path], object]:
    def make(student: Path) -> None:
        path = student / name
        path.parent.mkdir(parents=True)
        path.write_bytes(right())

    return make


def _page_folder(folder: Path) -> None:
    (folder / "one.html").mkdir()
    (folder / "one.html" / "notes.txt").write_text("a page?")


def _instead_of_data(folder: Path) -> None:
    (folder / "data").write_text("a file")


def _instead_of_table(folder: Path) -> None:
    (folder / "table.csv").mkdir()
    (folder / "table.csv" / "mine.csv").write_text("a,b")


def _long(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("f" * 200 + ".txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def _linked_student(student: Path) -> None:
    student.symlink_to("ada")


def _linked_assignment(student: Path) -> None:
    student.mkdir()
    (student / ASSIGNMENT).symlink_to(student.parents[1] / "source" / ASSIGNMENT)


def _linked_notebook(student: Path) -> None:
    _empty(student)
    (student / ASSIGNMENT / "one.ipynb").symlink_to(student.parents[1] / "source" / ASSIGNMENT / "one.ipynb")


def _linked_inside(folder: Path) -> None:
    (folder / "mine").symlink_to("/etc")
    (folder / "passwords.txt").symlink_to("/etc/passwd")


def _loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder)
    (folder / "itself").symlink_to("itself")


def _instead_of_notebook(kind: str) -> Callable[[Path], object]:
    def make(student: Path) -> None:
        _empty(student)
        path = student / ASSIGNMENT / "one.ipynb"
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            before = Path.cwd()
            os.chdir(path.parent)  # a socket's name has little room
            try:
                with socket.socket(socket.AF_UNIX) as made:
                    made.bind("one.ipynb")
            finally:
                os.chdir(before)
        elif kind == "closed":
            path.write_bytes(right())
            path.chmod(0)
        elif kind == "sparse":
            path.touch()
            os.truncate(path, 50 * 2**30)

    return make


def _closed(student: Path) -> None:
    written()(student)
    (student / ASSIGNMENT).chmod(0)


def _pipe_beside(folder: Path) -> None:
    os.mkfifo(folder / "numbers.txt")


def _thousands(folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(3000):
        (folder / "many" / f"{number}.txt").touch()


def _sparse_beside(folder: Path) -> None:
    (folder / "big.csv").touch()
    os.truncate(folder / "big.csv", 50 * 2**30)


def _page_instead(student: Path) -> None:
    _empty(student)
    (student / ASSIGNMENT / "one.html").write_text("<h1>10 of 10 points</h1><script>alert(1)</script>")


def _file_instead(student: Path) -> None:
    student.mkdir()
    (student / ASSIGNMENT).write_bytes(right())


def _acting(folder: Path) -> None:
    for name in ("page.html", "drawing.svg", "data.xml", "script.js", "model.pkl", "style.css", "Page.HTM"):
        (folder / name).write_text("<script>alert(1)</script>")


HAND_INS = (
    HandIn("a2-empty", "A2: an empty folder", _empty, "^one: missing$", 0.0),
    HandIn("a2-names", "A2: only wrongly named notebooks", _stray("home.ipynb"), "'home.ipynb' lies there", 0.0),
    HandIn("a3-page", "A3: a folder called like a page", with_file(_page_folder), "like a page"),
    HandIn("a3-file", "A3: a file where the source has a folder", with_file(_instead_of_data), "not copied on: data"),
    HandIn("a3-folder", "A3: a folder where the source has a file", with_file(_instead_of_table), "table.csv/mine.csv"),
    HandIn("a3-notebook", "A3: a folder called like the notebook", _instead_of_notebook("folder"), "is a folder", 0.0),
    HandIn("a3-long", "A3: a path of 6,000 letters", with_file(_long)),
    HandIn("a3-own", "A3: a folder called .ipynb_checkpoints that is a file", with_file(
        lambda folder: (folder / ".ipynb_checkpoints").write_text("?"))),
    HandIn("b9-copy", "B9: the name of a download", _stray("one (1).ipynb"), r"'one \(1\).ipynb' lies there", 0.0),
    HandIn("b9-text", "B9: the name of a text", _stray("one.ipynb.txt"), "'one.ipynb.txt' lies there", 0.0),
    HandIn("b9-case", "B9: another case", _stray("One.IPYNB"), "'One.IPYNB' lies there", 0.0),
    HandIn("b9-deep", "B9: one folder too deep", _stray("small/one.ipynb"), "'small/one.ipynb' lies there", 0.0),
    HandIn("b9-packed", "B9: a packed folder", _stray("small.zip"), "'small.zip' lies there", 0.0),
    HandIn("b9-shallow", "B9: one folder too shallow", _elsewhere("one.ipynb"), "'one.ipynb' lies there", None),
    HandIn("b9-folder", "B9: another folder", _elsewhere("Small/one.ipynb"), "'Small/one.ipynb' lies there", None),
    HandIn("c2-page", "C2: a page instead of the notebook", _page_instead, "'one.html' lies there", 0.0),
    HandIn("c2-acting", "C2: kinds of files that act when they are opened", with_file(_acting), "not copied on"),
    HandIn("c3-student", "C3: the student's folder is a link", _linked_student, "link", None),
    HandIn("c3-folder", "C3: the folder is a link to the source", _linked_assignment, "link", None),
    HandIn("c3-notebook", "C3: the notebook is a link to the source", _linked_notebook, "is a link", 0.0),
    HandIn("c3-inside", "C3: links to folders and files", with_file(_linked_inside), "not copied on: mine"),
    HandIn("loop", "kind of C3: a folder that leads into itself", with_file(_loop), "not copied on: again"),
    HandIn("pipe", "a notebook that is a pipe", _instead_of_notebook("pipe"), "is a pipe", 0.0),
    HandIn("socket", "a notebook that is a socket", _instead_of_notebook("socket"), "is a socket", 0.0),
    HandIn("sparse", "a notebook of 50 GiB", _instead_of_notebook("sparse"), "larger than 64 MiB", 0.0),
    HandIn("closed", "a notebook that may not be read", _instead_of_notebook("closed"),
           *(() if _READS_ALL else ("cannot be read", 0.0))),
    HandIn("closed-folder", "a folder that may not be read", _closed,
           *(() if _READS_ALL else ("cannot be read", None))),
    HandIn("pipe-beside", "a pipe among the other files", with_file(_pipe_beside), r"numbers.txt \(a pipe\)"),
    HandIn("sparse-beside", "a file of 50 GiB beside the notebook", with_file(_sparse_beside), "big.csv"),
    HandIn("thousands", "thousands of files", with_file(_thousands), points=10.0),
    HandIn("file-instead", "the assignment's folder is a file", _file_instead, "is a file, where a folder", None),
)  # fmt: skip
