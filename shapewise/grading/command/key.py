"""An instructor's source notebook -> the key that submissions are graded against, what students get, the reference.

The key is what nbgrader saves in the gradebook while it makes the student version: solutions replaced by stubs, tests
instantiated, hidden tests still there. So it is made by the very steps of the course's ``GenerateAssignment``, whatever
they are, with the course's own settings. The reference is taken before solutions are cleared, the key where nbgrader
would save it, and what comes out at the end is the release.
"""

from __future__ import annotations

import copy
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    ClearSolutions,
    IncludeHeaderFooter,
    InstantiateTests,
    NbGraderPreprocessor,
    SaveCells,
    instantiatetests,
)
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from shapewise.grading.command.remembered import digest_of, keep, recall
from shapewise.grading.messages.names import imports_of

__all__ = ["Made", "answer_key", "made_from", "made_of"]

_PYTHON = {"python", "python3", "ipython", ""}
_KNOWN = ("nbgrader.", "shapewise.")  # whose steps depend on nothing but what is named here


@dataclass(frozen=True)
class Made:
    """What the steps made of one source notebook (all in nbformat 4): the key, what students get, the solved one."""

    key: dict[str, Any]
    release: dict[str, Any]
    reference: dict[str, Any]


class _Kept(NbGraderPreprocessor):
    """Stands where nbgrader saves cells in the gradebook, and at the end: keeps the notebook as it is there."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.notebook: Any = None

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Called by nbconvert between the other steps."""
        self.notebook = copy.deepcopy(nb)
        return nb, resources


def made_from(path: Path, config: Config, files: Mapping[str, bytes] | None = None) -> Made:
    """The key and the release of a notebook of the source, beside which ``files`` lie.

    Making them may take a kernel (AUTOTEST): then what was made of the very same is remembered. RuntimeError, in a
    sentence, where a step refuses the notebook, or it is none for Python.
    """
    try:
        source = json.loads(path.read_bytes())
    except ValueError as error:
        raise RuntimeError(f"{path} is no notebook ({error}). Make it anew with shapewise build, or mend it.") from None
    language = str(source.get("metadata", {}).get("kernelspec", {}).get("language", ""))
    if language.lower() not in _PYTHON:
        raise RuntimeError(
            f"{path} is a notebook for {language}, and this engine runs Python. Take its lines out of "
            "nbgrader_config.py, and nbgrader grades the course by itself."
        )
    try:
        name = _name_if_slow(path, config, files or {})
        kept = recall(name) if name else None
        if isinstance(kept, dict):
            return Made(**kept)
        made = made_of(source, config, path)
    except Exception as error:  # whatever a course's own step raises, it is about this notebook
        said = str(error).strip() or type(error).__name__
        raise RuntimeError(f"The key of {path} cannot be made: {said}") from error
    if name:
        keep(name, asdict(made))
    return made


def _name_if_slow(path: Path, config: Config, files: Mapping[str, bytes]) -> str:
    """Under which the work is remembered; empty where it takes no kernel, or nobody knows what it depends on."""
    folders = CourseDirectory(config=config)
    steps = GenerateAssignment(coursedir=folders, config=config).preprocessors
    modules = [step if isinstance(step, str) else f"{step.__module__}." for step in steps]
    content, tests = path.read_bytes(), InstantiateTests(config=config)
    if tests.autotest_delimiter.encode() not in content or not all(name.startswith(_KNOWN) for name in modules):
        return ""
    others = [Path(folders.root, name) for name in (tests.autotest_filename, IncludeHeaderFooter(config=config).header)]
    settings = {name: section for name, section in config.items() if name != "CourseDirectory"}
    parts = [repr(settings).encode(), content, *(other.read_bytes() for other in others if other.is_file())]
    return digest_of(*parts, *(part for name in sorted(files) for part in (name.encode(), files[name])))


def answer_key(source: dict[str, Any], config: Config | None = None) -> dict[str, Any]:
    """The key of one source notebook."""
    return made_of(source, config or Config()).key


def made_of(source: dict[str, Any], config: Config, path: Path = Path("notebook.ipynb")) -> Made:
    """The key and the release of a notebook that lies, or might lie, at ``path``; raises what a step raises."""
    config = Config(config)  # a copy
    config.ForStudents.pictures = False  # nobody looks at these, and drawing them takes torch
    folders = CourseDirectory(config=config)
    converter = GenerateAssignment(coursedir=folders, config=config)
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    reference, key, release = _Kept(), _Kept(), _Kept()
    for step in [*converter.preprocessors, release]:
        named = import_item(step) if isinstance(step, str) else step
        kind = named if isinstance(named, type) else type(named)
        if issubclass(kind, ClearSolutions):
            exporter.register_preprocessor(reference)
        exporter.register_preprocessor(key if issubclass(kind, SaveCells) else step)
    with _in(Path(folders.root)), _no_kernel_left(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a notebook lacks in form is nothing that grading needs
        notebook = nbformat.reads(json.dumps(source), as_version=4)
        exporter.from_notebook_node(notebook, resources=_about(path, folders))
    ids = {cell.get("id") for cell in source.get("cells", ())}
    solved = reference.notebook or notebook
    kept = _plain(key.notebook or release.notebook, ids)
    handed_out = _plain(release.notebook, ids)
    _note_what_differs(kept, handed_out)
    kept["metadata"]["shapewise"] = {"imports": _imports_of_solutions(solved)}
    return Made(kept, handed_out, _plain(solved, ids))


def _note_what_differs(key: dict[str, Any], release: dict[str, Any]) -> None:
    """Say in the key what students got of a cell that a later step changed: that is nothing they wrote."""
    released = {cell["id"]: cell["source"] for cell in release["cells"] if "id" in cell}
    for cell in key["cells"]:
        text = released.get(cell.get("id"), cell["source"])
        if text != cell["source"] and not cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["shapewise"] = {"released": text}


def _about(path: Path, folders: CourseDirectory) -> dict[str, Any]:
    """What nbgrader tells each of its steps of the notebook at hand."""
    about = {"student": ".", "assignment": path.parent.name, "notebook": path.stem, "db_url": folders.db_url}
    changed = datetime.fromtimestamp(path.stat().st_mtime if path.exists() else 0, UTC)
    file = {"name": path.stem, "path": str(path.parent), "modified_date": f"{changed:%B} {changed.day}, {changed:%Y}"}
    return {"nbgrader": about, "unique_key": path.stem, "output_files_dir": f"{path.stem}_files", "metadata": file}


def _plain(notebook: Any, ids: set[str | None]) -> dict[str, Any]:
    """A notebook as plain data. A cell that had no id, and was given one by chance, has its place for one."""
    plain: dict[str, Any] = json.loads(json.dumps(notebook))
    for place, cell in enumerate(plain["cells"]):
        if "id" in cell and cell["id"] not in ids:
            cell["id"] = f"cell-{place}"
    return plain


def _imports_of_solutions(notebook: Any) -> dict[str, str]:
    """What the reference's own cells import: a test may name such a module, and never import it."""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.metadata.get("nbgrader") or {}).get("solution"):
            found |= imports_of(cell.source)
    return found


@contextmanager
def _no_kernel_left() -> Iterator[None]:
    """nbgrader leaves its kernel's connections open, and the kernel running where a test of AUTOTEST fails."""
    start, started = instantiatetests.start_new_kernel, list[tuple[Any, Any]]()

    def noted(*arguments: Any, **options: Any) -> tuple[Any, Any]:
        started.append(start(*arguments, **options))
        return started[-1]

    instantiatetests.start_new_kernel = noted
    try:
        yield
    finally:
        instantiatetests.start_new_kernel = start
        for manager, client in started:
            client.stop_channels()
            if manager.is_alive():
                manager.shutdown_kernel(now=True)
            manager.cleanup_resources()


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    """nbgrader's steps find files (a header, ``autotests.yml``) from the course's folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
