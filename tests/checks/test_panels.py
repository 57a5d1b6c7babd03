"""The panel and the text that tell a verdict, and the panel that tells the progress."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from typing import Any

import pytest
import torch

from shapewise.checks import check, progress, progress_panel
from shapewise.checks.catalogue import exercises_of, names, notebooks
from shapewise.checks.diagnosing import diagnose
from shapewise.checks.panel import verdict_html
from shapewise.checks.progress_panel import Panel
from shapewise.checks.showing import Shown
from shapewise.checks.standing import progress_of
from shapewise.checks.verdict import Stage, Verdict, as_text
from shapewise.results import Result


def _one_view(x: torch.Tensor, heads: int) -> torch.Tensor:
    batch, seq, width = x.shape
    return x.view(batch, heads, seq, width // heads)


def _named_split_heads() -> Any:
    """An answer to split_heads that is wrong, under the exercise's own name."""

    def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
        return _one_view(x, heads)

    return split_heads


def _wrong_shape(x: torch.Tensor, heads: int) -> torch.Tensor:
    return x


def _unstarted(x: torch.Tensor, heads: int) -> torch.Tensor:
    raise NotImplementedError


def _panel(verdict: Verdict) -> ElementTree.Element:
    """The panel as a tree; parsing it proves that every element is closed and every text escaped."""
    markup = re.sub(r"<style>.*?</style>", "", verdict_html(verdict), flags=re.DOTALL)
    return ElementTree.fromstring(f"<div>{markup}</div>")


def _text(panel: ElementTree.Element) -> str:
    return " ".join("".join(panel.find("div").itertext()).split())  # type: ignore[union-attr]


@pytest.fixture
def fresh_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session in which no check has run."""
    monkeypatch.setattr(progress_panel, "_results", None)
    monkeypatch.setattr(progress_panel, "_panels", {})


@pytest.mark.parametrize("function", [_one_view, _wrong_shape, _unstarted])
def test_panel_and_text_tell_the_same(function: Any) -> None:
    verdict = diagnose(function, "split_heads")
    panel, text = _text(_panel(verdict)), " ".join(as_text(verdict).split())
    for told in (verdict.exercise, verdict.state, verdict.case, verdict.headline, verdict.why, verdict.do):
        assert told.replace("`", "") in panel
        assert told in text
    for entry in verdict.entries:
        assert entry.index in panel
        assert entry.index in text


def test_a_panel_is_announced_has_a_heading_and_says_its_state_in_words() -> None:
    section = _panel(diagnose(_one_view, "split_heads")).find("div")
    assert section is not None
    assert section.get("role") == "status"
    assert "not yet" in str(section.get("aria-label"))
    assert section.find("p[@role='heading']") is not None


def test_the_axes_that_differ_are_marked_in_words_too() -> None:
    def swapped(x: torch.Tensor, heads: int) -> torch.Tensor:
        return x.unflatten(-1, (heads, -1))

    panel = _panel(diagnose(swapped, "split_heads"))
    odd = panel.findall(".//li[@class='is-odd']")
    assert ["".join(chip.itertext()).split()[0] for chip in odd] == ["6", "4"]
    assert all("differs" in "".join(chip.itertext()) for chip in odd)


def test_what_a_learner_writes_cannot_become_markup() -> None:
    verdict = Verdict("f", Stage.RUNS, Stage.RUNS, "raised `<b>`: <script>", printed="</pre><script>", case="a < b")
    panel = _panel(verdict)
    assert panel.find(".//script") is None
    assert "<script>" in _text(panel)


def test_a_check_in_a_terminal_prints_its_text(capsys: pytest.CaptureFixture[str], fresh_session: None) -> None:
    check(_named_split_heads())
    assert capsys.readouterr().out.strip() == as_text(diagnose(_one_view, "split_heads")).strip()


def test_a_check_that_is_stopped_by_the_keyboard_says_so(capsys: Any, fresh_session: None) -> None:
    def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
        raise KeyboardInterrupt

    check(split_heads)
    assert "split_heads" in capsys.readouterr().out


def test_a_check_that_fails_itself_is_told_and_not_raised(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, fresh_session: None
) -> None:
    def broken(function: Any, name: str) -> Verdict:
        raise KeyError("a stale recording")

    monkeypatch.setattr("shapewise.checks.checking.diagnose", broken)
    check(_named_split_heads())
    assert "stale recording" in capsys.readouterr().out


class _Handle:
    """A display handle that keeps what it shows."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}

    def update(self, bundle: dict[str, str], raw: bool) -> None:
        self.shown = bundle


def test_the_progress_panel_follows_the_checks(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, fresh_session: None
) -> None:
    handle = _Handle()
    monkeypatch.setattr(progress_panel, "show", lambda *content, keep: Shown(handle))
    progress("4_layout")

    def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
        if x.shape[-1] % heads:
            raise ValueError
        return x.unflatten(-1, (heads, -1)).transpose(1, 2)

    check(split_heads)
    points = next(exercise.points for exercise in exercises_of("4_layout") if exercise.name == "split_heads")
    assert f"{points} of" in handle.shown["text/plain"]
    check(_unstarted_split_heads())
    assert "0 of" in handle.shown["text/plain"]


def _unstarted_split_heads() -> Any:
    def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
        raise NotImplementedError

    return split_heads


@pytest.mark.parametrize("notebook", list(notebooks()))
def test_the_progress_panel_names_every_exercise_of_the_notebook(
    notebook: str, capsys: pytest.CaptureFixture[str], fresh_session: None
) -> None:
    progress(notebook)
    out = capsys.readouterr().out
    assert all(name in out for name in notebooks()[notebook])


def test_the_panel_of_the_course_names_and_links_every_notebook_and_exercise(
    capsys: pytest.CaptureFixture[str], fresh_session: None
) -> None:
    progress()
    out = capsys.readouterr().out
    html = progress_panel.first_panel(None)["text/html"]
    for notebook, names_in in notebooks().items():
        assert f'href="{notebook}.ipynb"' in html
        for name in names_in:
            assert name in out
            assert f'href="{notebook}.ipynb#Exercise:-{name}"' in html


def test_the_panel_of_a_course_that_is_done_says_what_the_learner_can_do() -> None:
    at = datetime(2026, 11, 25, 10, 41, tzinfo=UTC)
    done = {name: Result("passed", at) for name in names()}
    panel = Panel(tuple(progress_of(notebook, done) for notebook in notebooks()), whole=True)
    assert panel.html().count("You can ") == len(notebooks())
    assert f"{len(names())} of {len(names())}" in panel.text()


def test_an_unknown_notebook_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="4_layout"):
        progress("5_layout")
