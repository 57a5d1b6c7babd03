"""One student's work in one notebook, as plain data -> the page that shows it, exercise by exercise.

A page is one file: its style stands in it, and its policy forbids scripts and everything from elsewhere. All that a
student wrote is escaped, or rendered and sanitised.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import nh3
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from shapewise.report.highlighting import Rendering
from shapewise.report.markdown import picture_html

__all__ = ["Exercise", "FeedbackPage", "Output", "Test", "WrittenCell", "feedback_html", "stamp_in"]

_SIGNS = {"passed": "\N{CHECK MARK}", "partly passed": "\N{CIRCLE WITH LEFT HALF BLACK}",
          "not started": "\N{WHITE CIRCLE}", "for a person to grade": "?"}  # a cross for all others  # fmt: skip
_TONES = {"passed": "full", "partly passed": "part", "not started": "open", "for a person to grade": "open"}
_STAMP = re.compile(rb'<meta name="shapewise" content="([0-9a-f]{64}) (rich|plain|bare)">')
_STYLE_ELEMENT = re.compile(r"<style>.*?</style>", re.DOTALL)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b-\x1f\x7f]")
_IN_PANELS = """
b br caption code dd details div dl dt em li ol p pre small span strong summary table tbody td th thead tr ul
"""


@dataclass(frozen=True)
class Output:
    """What a cell left behind. ``kind`` is text, error, panel (HTML of a check) or the type of a picture in base64."""

    kind: str
    content: str
    description: str = ""


@dataclass(frozen=True)
class WrittenCell:
    """A cell that the student wrote: code, markdown or raw. ``where`` is the part of the lesson that it stands in."""

    kind: str
    text: str
    outputs: tuple[Output, ...] = ()
    where: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Test:
    """How one graded cell ended. ``score`` is None while a person has to grade it; ``by_hand`` if a person did."""

    __test__ = False  # not a test class, whatever its name

    name: str
    verdict: str
    score: float | None
    points: float
    said: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Exercise:
    """One exercise: where it stands, how its tests ended, and what the student wrote for it."""

    name: str
    where: str = ""
    tests: tuple[Test, ...] = ()
    panels: tuple[Output, ...] = ()
    answers: tuple[WrittenCell, ...] = ()
    own: tuple[WrittenCell, ...] = ()
    untouched: bool = False
    comments: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """What it is worth."""
        return sum(test.points for test in self.tests)

    @property
    def score(self) -> float:
        """What it got."""
        return sum(test.score or 0.0 for test in self.tests)

    @property
    def verdict(self) -> str:
        """One word or two for all of its tests."""
        if any(test.score is None for test in self.tests):
            return "for a person to grade"
        if self.score >= self.points:
            return "passed"
        if self.score > 0:
            return "partly passed"
        return next((t.verdict for t in self.tests if t.verdict not in ("passed", "")), "no points")

    @property
    def plainly_passed(self) -> bool:
        """Whether there is nothing to tell of its tests but that they passed."""
        return all(test.verdict == "passed" and not test.said and not test.by_hand for test in self.tests)

    @property
    def sign(self) -> str:
        """The verdict as a sign, so that color does not tell it alone."""
        return _SIGNS.get(self.verdict, "\N{BALLOT X}")

    @property
    def tone(self) -> str:
        """The class that colors the verdict."""
        return _TONES.get(self.verdict, "none")


@dataclass(frozen=True)
class FeedbackPage:
    """All that a page says. ``elsewhere`` are the student's cells that belong to no exercise."""

    student: str
    assignment: str
    notebook: str
    title: str = ""
    exercises: tuple[Exercise, ...] = ()
    elsewhere: tuple[WrittenCell, ...] = ()
    remarks: tuple[str, ...] = ()
    penalty: float = 0.0
    shows_work: bool = True

    @property
    def points(self) -> float:
        """What the notebook is worth."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def score(self) -> float:
        """What it got, less the penalty for handing in late."""
        return max(sum(exercise.score for exercise in self.exercises) - self.penalty, 0.0)


def feedback_html(page: FeedbackPage, digest: str, *, rich: bool = True) -> str:
    """The page as HTML. ``digest`` tells from what it was made; ``stamp_in`` finds it again."""
    rendering = Rendering(rich=rich)
    level = "bare" if not page.shows_work else "rich" if rich else "plain"
    style = _style()
    return _template().render(
        page=page, stamp=f"{digest} {level}", level=level, style=Markup(style), style_digest=_digest(style),
        code=lambda text: Markup(rendering.code(text)),
        markdown=lambda text, attachments=None: Markup(_markdown(rendering, text, attachments or {})),
        comment_html=lambda text: Markup(Rendering().markdown(text)),  # an instructor's, and short
        output=lambda output: Markup(_output(output)),
    )  # fmt: skip


def stamp_in(begin: bytes, end: bytes) -> tuple[str, str] | None:
    """(digest, level) of a page by its first and last bytes; None where it is no whole page of ours."""
    found = _STAMP.search(begin)
    return (found[1].decode(), found[2].decode()) if found and end.rstrip().endswith(b"</html>") else None


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("shapewise.report").joinpath("feedback.html").read_text("utf-8"))


@cache
def _style() -> str:
    own = files("shapewise.report").joinpath("feedback.css").read_text("utf-8")
    # Beside the package and not through it: importing the checks would import torch.
    return own + files("shapewise").joinpath("checks", "panel.css").read_text("utf-8")


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _markdown(rendering: Rendering, text: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    def find(address: str) -> tuple[str, str] | None:
        bundle = attachments.get(address.removeprefix("attachment:")) if address.startswith("attachment:") else None
        return next(iter(bundle.items()), None) if bundle else None

    return rendering.markdown(text, find)


def _output(output: Output) -> str:
    if output.kind == "panel":
        return _panel(output.content)
    if output.kind in ("text", "error"):
        text = Markup.escape(_CONTROL.sub("", output.content.rstrip("\n")))
        label = "What an error said" if output.kind == "error" else "What was printed"
        return f'<pre class="output {output.kind}" tabindex="0" role="group" aria-label="{label}">{text}</pre>'
    description = output.description or "A picture that this cell drew"
    return picture_html(output.kind, output.content, description) or ""


def _panel(html: str) -> str:
    """A check's panel, made by the judge; its style stands on the page once."""
    return nh3.clean(
        _STYLE_ELEMENT.sub("", html), tags=set(_IN_PANELS.split()),
        attributes={"*": {"class"}, "th": {"scope"}, "span": {"class", "aria-hidden"}, "ol": {"class", "aria-label"}},
    )  # fmt: skip
