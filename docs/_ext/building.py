"""Notebooks with their outputs, texts, scripts -> a folder of pages, by Sphinx, swapped in when it is complete."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

import nbformat
from nbformat import NotebookNode
from sphinx.cmd.build import build_main

from _ext.checked import problems_of
from _ext.executed import Measured
from _ext.lesson import Lesson, page_of
from _ext.mended import mended
from _ext.places import gallery, place
from shapewise.explorers.catalogue import STATIC, names
from shapewise.explorers.palette import variables

__all__ = ["build"]

_DOCS = Path(__file__).resolve().parents[1]
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)  # what a text says to those who edit it
_LEFT_OVER = (".buildinfo", "objects.inv")  # what Sphinx leaves for other builds
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the date of everything in an archive: a build leaves no time behind


def build(
    notebooks: Sequence[Path],
    executed: Sequence[NotebookNode],
    measured: Measured,
    to: Path,
    say: Callable[[str], None],
) -> list[str]:
    """Write the site to the folder ``to``, in place of what is there; return what is wrong with it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="site.") as work:
        pages, made = Path(work) / "pages", Path(work) / "site"
        _lay_out(pages, notebooks, executed, measured)
        say("Making the pages ...")
        _sphinx(pages, made, Path(work) / "doctrees")
        _hand_out(notebooks, made / "notebooks")
        shutil.copyfile(STATIC / "explorers.js", made / "_static" / "explorers.js")
        for name in _LEFT_OVER:
            (made / name).unlink(missing_ok=True)
        shutil.rmtree(made / "_sources", ignore_errors=True)
        for page in made.rglob("*.html"):
            page.write_text(mended(page.read_text(encoding="utf-8")), encoding="utf-8")
        problems = problems_of(made)
        if to.exists():
            shutil.rmtree(to)
        made.replace(to)
    return problems


def _lay_out(pages: Path, notebooks: Sequence[Path], executed: Sequence[NotebookNode], measured: Measured) -> None:
    """Everything that Sphinx reads, in one folder."""
    (pages / "_static").mkdir(parents=True)
    for text in sorted(_DOCS.glob("*.md")):
        (pages / text.name).write_text(_filled(text.read_text(encoding="utf-8"), notebooks), encoding="utf-8")
    for path, notebook in zip(notebooks, executed, strict=True):
        siblings = [other for other in notebooks if other.parent == path.parent]
        lesson = Lesson(
            path.parent.name,
            path.stem,
            siblings.index(path) + 1,
            len(siblings),
            notebook,
            measured.cells.get(f"{path.parent.name}/{path.stem}", {}),
            measured.machine,
        )
        page = pages / path.parent.name / path.name
        page.parent.mkdir(exist_ok=True)
        nbformat.write(page_of(lesson), page)
    for text in _texts(notebooks):
        page = pages / text.parent.name / text.name
        page.write_text(_COMMENT.sub("", text.read_text(encoding="utf-8")), encoding="utf-8")


def _texts(notebooks: Sequence[Path]) -> list[Path]:
    """What is handed out beside the notebooks and is none, such as the glossary."""
    return sorted(text for folder in {path.parent for path in notebooks} for text in folder.glob("[!.]*.md"))


def _at_hand(notebooks: Sequence[Path]) -> str:
    """The pages beside the lessons, as Sphinx wants them listed."""
    texts = [f"{text.parent.name}/{text.stem}" for text in _texts(notebooks)]
    instructors = [name for name in ("instructors_year", "any_course", "measured") if (_DOCS / f"{name}.md").exists()]
    return "\n".join(["gallery", *texts, *instructors])


def _filled(text: str, notebooks: Sequence[Path]) -> str:
    """A text's ``<!-- ... -->`` replaced by what the course has now."""
    count = len(names())
    first = notebooks[0]
    instructor = " [The instructor's year](instructors_year.md) goes through it, from August to the last grade."
    known = {
        "how many explorers": _NUMBERS[count] if count < len(_NUMBERS) else str(count),
        "first lesson": f"[the first lesson]({first.parent.name}/{first.name})",
        "pages at hand": _at_hand(notebooks),
        "downloads": _downloads(notebooks),
        "instructor": instructor if (_DOCS / "instructors_year.md").exists() else "",
    }

    def filled(found: re.Match[str]) -> str:
        what = found[1]
        if what == "explorers":
            return gallery()
        if what.startswith("explorer: "):
            name, _, state = what.removeprefix("explorer: ").partition("?")
            return place(name, dict(parse_qsl(state)), gallery="gallery.html")
        return known.get(what, found[0])

    return re.sub(r"<!-- (.*?) -->", filled, text)


def _downloads(notebooks: Sequence[Path]) -> str:
    lines = []
    for assignment in sorted({path.parent.name for path in notebooks}):
        own = [path for path in notebooks if path.parent.name == assignment]
        items = "".join(
            f'<li><a href="notebooks/{assignment}/{path.name}" download>{path.stem}</a></li>' for path in own
        )
        lines.append(
            f'<ul class="downloads">{items}<li><a href="notebooks/{assignment}.zip" download>all of {assignment}, '
            f"zipped</a></li></ul>"
        )
    return "\n".join(lines)


def _sphinx(pages: Path, made: Path, doctrees: Path) -> None:
    (pages / "_static").rmdir()
    options = ["-b", "html", "-q", "-W", "--keep-going", "-c", str(_DOCS), "-d", str(doctrees)]
    if build_main([*options, str(pages), str(made)]):
        raise SystemExit("Sphinx could not make the pages; what it said stands above.")
    light, dark = variables(dark=False), variables(dark=True)
    (made / "_static" / "palette.css").write_text(
        f"body {{ {light} }}\nbody[data-theme=dark] {{ {dark} }}\n"
        f"@media (prefers-color-scheme: dark) {{ body:not([data-theme=light]) {{ {dark} }} }}\n",
        encoding="utf-8",
    )


def _hand_out(notebooks: Sequence[Path], to: Path) -> None:
    """The notebooks as they are handed out, one by one and zipped."""
    for path in notebooks:
        (to / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to / path.parent.name / path.name)
    for folder in sorted(path for path in to.iterdir() if path.is_dir()):
        with zipfile.ZipFile(to / f"{folder.name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.writestr(zipfile.ZipInfo(f"{folder.name}/{file.name}", _LONG_AGO), file.read_bytes())
