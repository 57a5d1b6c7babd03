"""A line of code knows from its folder what it may touch: the arrows between the grader's processes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import shapewise

_PACKAGE = Path(shapewise.__file__).parent
_CALLING = {"shapewise.checks.calling", "shapewise.checks.plain"}  # how a call is described, as plain data
_GRADING = "shapewise.grading"
_MAY_IMPORT = {
    "command": {f"{_GRADING}.messages", "shapewise.report", "shapewise.course"},
    "pages": {f"{_GRADING}.messages", "shapewise.report"},
    "server": {f"{_GRADING}.messages", f"{_GRADING}.kernel", "shapewise.checks", "shapewise.explorers"},
    "judge": {f"{_GRADING}.messages", f"{_GRADING}.kernel", "shapewise.checks"},
    "student": {f"{_GRADING}.messages", f"{_GRADING}.kernel", *_CALLING},
    "kernel": set(),
    "messages": _CALLING,
}


def _imported(path: Path) -> Iterator[str]:
    """The shapewise modules that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("shapewise."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shapewise"):
            assert node.level == 0, f"{path} imports by dots; write the whole name"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if _is_module(name) else str(node.module) for name in inside)


def _is_module(name: str) -> bool:
    path = _PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _within(name: str, folders: set[str]) -> bool:
    return any(name == folder or name.startswith(f"{folder}.") for folder in folders)


@pytest.mark.parametrize("room", _MAY_IMPORT)
def test_a_room_of_the_grader_imports_only_from_the_rooms_that_it_may_touch(room: str) -> None:
    allowed = {f"{_GRADING}.{room}", *_MAY_IMPORT[room]}
    files = sorted((_PACKAGE / "grading" / room).rglob("*.py"))
    assert len(files) > 1, f"grading/{room} has moved; mend this test's table with it"
    wrong = [
        f"{path.relative_to(_PACKAGE.parent)} imports {name}, which {room}/ may not touch "
        f"(it may touch {', '.join(sorted(allowed - {f'{_GRADING}.{room}'})) or 'no other room'})"
        for path in files
        for name in _imported(path)
        if name != "shapewise" and not _within(name, allowed)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_room_of_the_grader_has_its_arrows_drawn() -> None:
    rooms = {path.name for path in (_PACKAGE / "grading").iterdir() if (path / "__init__.py").is_file()}
    assert rooms == set(_MAY_IMPORT)


def test_the_report_knows_nothing_of_grading() -> None:
    wrong = [
        f"{path.relative_to(_PACKAGE.parent)} imports {name}; what a report shows is plain data of its own"
        for path in sorted((_PACKAGE / "report").rglob("*.py"))
        for name in _imported(path)
        if _within(name, {_GRADING})
    ]
    assert not wrong, "\n".join(wrong)


def test_only_one_folder_knows_how_nbgrader_s_gradebook_is_stored() -> None:
    known = {
        path.parent.relative_to(_PACKAGE).as_posix() for path in _PACKAGE.rglob("*.py")
        if "from nbgrader.api import" in path.read_text("utf-8")
    }  # fmt: skip
    assert known == {"grading/command/gradebook"}
