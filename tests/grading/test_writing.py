"""Which outputs a graded notebook keeps, up to which limits, and how they say a verdict to nbgrader."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shapewise.grading.judge.outputs import KeptOutputs
from shapewise.grading.judge.process import Died
from shapewise.grading.judge.rebuild import Role, WholeCell
from shapewise.grading.judge.writing import (
    error_output,
    finished,
    note_to_grader,
    notebook_text,
    size_of,
    taken_outputs,
)
from shapewise.grading.kernel.cells import Ran
from shapewise.grading.messages.verdicts import Limits, TestVerdict, Verdict

LIMITS = Limits(output_characters=2000, notebook_characters=10_000)
ROOM = 10**9
PICTURE = 4 * 2**20


def stream(text: Any = "hello", name: Any = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(kind: str = "display_data", **data: Any) -> dict[str, Any]:
    return {"output_type": kind, "metadata": {}, "data": {name.replace("_", "/"): what for name, what in data.items()}}


def taken(*outputs: Any, room: int = ROOM, count: int = 3) -> list[dict[str, Any]]:
    return taken_outputs({"outputs": list(outputs)}, count, LIMITS, room)


def cell(role: Role = Role.WRITTEN) -> WholeCell:
    return WholeCell({"source": "", "metadata": {}, "outputs": [], "execution_count": 5}, role, "t")


def verdict(*outputs: Any, error: BaseException | None = None, died: Died | None = None) -> TestVerdict:
    return finished(cell(), Ran(list(outputs), error), died, False, 4.0)


def test_text_of_both_streams_is_kept_and_of_others_as_what_is_printed() -> None:
    assert taken(stream("a"), stream("b", "stderr"), stream("c", "odd"), stream("d", 3)) == [
        stream("a"), stream("b", "stderr"), stream("c"), stream("d"),
    ]  # fmt: skip


def test_nothing_but_what_is_known_of_an_output_is_kept() -> None:
    assert taken({**stream(), "more": "<script>"}) == [stream()]
    assert taken({**shown(text_plain="1"), "metadata": {"x": 1}, "transient": {}}) == [shown(text_plain="1")]


@pytest.mark.parametrize("reported", [None, 3, "text", {}, {"output_type": "stream"}, {"output_type": ["stream"]}])
def test_outputs_that_are_none_are_left_out(reported: Any) -> None:
    assert taken_outputs({"outputs": reported}, 1, LIMITS, ROOM) == []
    assert taken(reported) == []
    assert taken_outputs({}, 1, LIMITS, ROOM) == []


@pytest.mark.parametrize(
    "output",
    [stream(3), stream(None), {"output_type": "display_data", "data": []}, shown(), shown(text_html="<b>"),
     shown(text_plain=7), {"output_type": "display_data", "data": {7: "x"}}, {"output_type": "update_display_data"}],
)  # fmt: skip
def test_an_output_that_cannot_be_kept_is_left_out(output: Any) -> None:
    assert taken(output, stream()) == [stream()]


def test_of_what_is_shown_text_and_pictures_are_kept_and_nothing_that_runs() -> None:
    data = {"text/plain": "1", "image/png": "AA==", "image/jpeg": "AAAA\n"}
    shows = {**data, "text/html": "<b>", "image/svg+xml": "<svg>", "application/javascript": "x"}
    assert taken({"output_type": "display_data", "data": shows}) == [
        {"output_type": "display_data", "metadata": {}, "data": data}
    ]


def test_a_result_has_the_cell_s_number_and_what_is_displayed_has_none() -> None:
    (result, display) = taken(shown("execute_result", text_plain="1"), shown(text_plain="1"), count=7)
    assert result["execution_count"] == 7
    assert "execution_count" not in display


def test_a_picture_has_at_most_4_mib_of_base64_and_nothing_else() -> None:
    for content in ("A" * PICTURE, "A" * 4):
        assert taken(shown(image_png=content)) == [shown(image_png=content)]
    for content in ("A" * (PICTURE + 1), "<script>", "AA&="):
        assert taken(shown(image_png=content)) == []


def test_at_most_50_outputs_of_a_cell_are_kept() -> None:
    assert taken(*[stream(str(n)) for n in range(52)]) == [stream(str(n)) for n in range(50)]


def test_the_text_of_a_cell_is_cut_a_little_beyond_its_limit() -> None:
    assert taken(stream("x" * 2100), stream("y")) == [stream("x" * 2100)]
    assert taken(stream("x" * 2101)) == [stream("x" * 2100)]
    assert taken(stream("x" * 1999), stream("y" * 200), stream("z")) == [stream("x" * 1999), stream("y" * 101)]


def test_a_text_that_is_shown_has_as_much_room_as_is_left_or_a_thousand_letters() -> None:
    for output, kept in ((shown(text_plain="x" * 2000), True), (shown(text_plain="x" * 2001), False)):
        assert bool(taken(output)) is kept
    for size, kept in ((1000, True), (1001, False)):
        assert (len(taken(stream("y" * 2000), shown(text_plain="x" * size))) == 2) is kept


def test_outputs_take_as_many_letters_as_the_notebook_has_room_for() -> None:
    assert size_of([stream("é")]) == len(json.dumps([stream("é")]))
    room = 2 * size_of(stream())
    assert len(taken(*[stream()] * 3, room=room)) == 2
    assert len(taken(*[stream()] * 3, room=room - 1)) == 1


def test_an_error_is_kept_within_its_limits() -> None:
    long = {"output_type": "error", "ename": "n" * 201, "evalue": "v" * 2001, "traceback": ["t" * 2001, 3] * 51}
    assert taken(long) == [
        {"output_type": "error", "ename": "n" * 200, "evalue": "v" * 2000, "traceback": ["t" * 2000, ""] * 50}
    ]
    assert taken({"output_type": "error", "traceback": "no"}) == [
        {"output_type": "error", "ename": "", "evalue": "", "traceback": []}
    ]


def test_a_test_that_ends_well_has_all_points_and_no_error() -> None:
    place = cell()
    passed = finished(place, Ran([stream("so", "stderr")], None), None, False, 4.0)
    assert passed == TestVerdict("t", Verdict.PASSED, 4.0, 4.0)
    assert place.node["outputs"] == [stream("so")]
    assert place.node["metadata"]["shapewise"] == {"verdict": "passed"}


@pytest.mark.parametrize(
    ("error", "not_started", "expected"),
    [(AssertionError("no"), False, Verdict.FAILED), (ValueError("no"), False, Verdict.ERROR),
     (AssertionError("no"), True, Verdict.NOT_STARTED)],
)  # fmt: skip
def test_a_test_that_raises_has_no_points_and_says_what_it_raised(
    error: Exception, not_started: bool, expected: Verdict
) -> None:
    place = cell()
    given = finished(place, Ran([stream("before")], error), None, not_started, 4.0)
    assert given == TestVerdict("t", expected, 0.0, 4.0, "no")
    assert place.node["outputs"] == [stream("before"), error_output(expected, "no", type(error).__name__)]
    assert place.node["metadata"]["shapewise"] == {"verdict": str(expected)}


def test_the_message_of_an_error_is_the_one_written_while_the_test_ran_and_has_2000_letters() -> None:
    written = {"output_type": "error", "ename": "E", "evalue": "w" * 2001, "traceback": []}
    assert verdict(stream(), written, error=ValueError("later")).detail == "w" * 2000
    assert verdict(stream(), error=ValueError("v" * 2001)).detail == "v" * 2000


def test_a_death_is_told_before_any_error() -> None:
    place = cell()
    died = Died(Verdict.TIMED_OUT, "It ran longer than allowed.")
    given = finished(place, Ran([], ValueError("x")), died, True, 4.0)
    assert (given.verdict, given.score, given.detail) == (Verdict.TIMED_OUT, 0.0, died.detail)
    assert place.node["outputs"] == [error_output(Verdict.TIMED_OUT, died.detail)]


@pytest.mark.parametrize(
    ("number", "score", "expected"),
    [("2.5", 2.5, Verdict.PARTIAL), ("4", 4.0, Verdict.PASSED), ("5", 4.0, Verdict.PASSED), ("0", 0.0, Verdict.PARTIAL),
     ("-1", 0.0, Verdict.PARTIAL), ("nan", 0.0, Verdict.PARTIAL), ("inf", 0.0, Verdict.PARTIAL)],
)  # fmt: skip
def test_a_number_that_a_test_ends_with_is_its_score(number: str, score: float, expected: Verdict) -> None:
    place = cell()
    given = finished(place, Ran([stream(), shown("execute_result", text_plain=number)], None), None, False, 4.0)
    assert (given.verdict, given.score) == (expected, score)
    assert place.node["outputs"][-1] == {
        "output_type": "execute_result", "metadata": {}, "data": {"text/plain": repr(score)}, "execution_count": 5,
    }  # fmt: skip


def test_a_result_that_is_no_number_is_shown_and_counts_for_nothing() -> None:
    place = cell()
    given = finished(place, Ran([shown("execute_result", text_plain="True")], None), None, False, 4.0)
    assert (given.verdict, given.score) == (Verdict.PASSED, 4.0)
    assert place.node["outputs"] == [shown(text_plain="True")]
    assert verdict(shown("execute_result", image_png="")).score == 4.0


def test_what_is_only_displayed_is_no_score() -> None:
    assert verdict(shown(text_plain="1")).score == 4.0


@pytest.mark.parametrize(
    ("given", "name"),
    [(Verdict.TIMED_OUT, "TimedOut"), (Verdict.OUT_OF_MEMORY, "OutOfMemory"), (Verdict.EXITED, "Exited"),
     (Verdict.TOO_LARGE, "AnswerTooLarge"), (Verdict.UNREADABLE, "UnreadableNotebook"),
     (Verdict.MISSING, "NotebookMissing"), (Verdict.ERROR, "Error")],
)  # fmt: skip
def test_an_error_output_tells_the_verdict_by_name_and_no_line_of_the_test(given: Verdict, name: str) -> None:
    assert error_output(given, "so") == {
        "output_type": "error", "ename": name, "evalue": "so", "traceback": [f"{name}: so"],
    }  # fmt: skip


def test_the_note_for_a_grader_lists_each_sentence_and_escapes_what_markdown_would_read() -> None:
    note = note_to_grader(["a uses __code__ (line 1).", "b"], with_id=True)
    assert note["source"].endswith("\n- a uses \\_\\_code\\_\\_ (line 1).\n- b")
    assert (note["cell_type"], note["metadata"]) == ("markdown", {"shapewise": {"for_grader": True}})
    assert note["id"] == "for-grader"
    assert "id" not in note_to_grader(["a"], with_id=False)


def test_a_notebook_is_written_in_lines_of_sorted_json() -> None:
    code = {"cell_type": "code", "source": "a\nb", "outputs": [stream("x\ny"), shown(text_plain="1\n2"),
            error_output(Verdict.ERROR, "e")]}  # fmt: skip
    text = notebook_text({"metadata": {}, "cells": [code, {"cell_type": "markdown", "source": "é"}]})
    assert text.endswith("}\n")
    assert '\n "cells": [' in text
    assert "é" in text
    assert text.index('"cells"') < text.index('"metadata"')
    written, markdown = json.loads(text)["cells"]
    assert (written["source"], markdown["source"]) == (["a\n", "b"], ["é"])
    assert "outputs" not in markdown
    assert written["outputs"][0]["text"] == ["x\n", "y"]
    assert written["outputs"][1]["data"] == {"text/plain": ["1\n", "2"]}
    assert written["outputs"][2] == error_output(Verdict.ERROR, "e")


class _Anew:
    """A session whose process answers as it is told to, and notes what it was asked to run."""

    def __init__(self, answers: dict[str, dict[str, Any] | Died]) -> None:
        self._answers = answers
        self.ran: list[tuple[str, bool, bool]] = []
        self.ended = False

    def run(self, code: str, *, figures: bool, kept: bool) -> dict[str, Any]:
        self.ran.append((code, figures, kept))
        answer = self._answers.get(code, {})
        if isinstance(answer, Died):
            raise answer
        return answer

    def end(self) -> None:
        self.ended = True


def written(code: str, role: Role = Role.WRITTEN) -> WholeCell:
    made = cell(role)
    made.node["source"] = code
    return made


SAYS: dict[str, Any] = {"outputs": [stream()]}
FAILS: dict[str, Any] = {"outputs": [stream(), error_output(Verdict.ERROR, "so")]}


def test_before_the_first_test_outputs_are_kept_as_they_come() -> None:
    kept, first = KeptOutputs(LIMITS), written("a")
    assert kept.figures(first)
    kept.take(first, SAYS)
    assert first.node["outputs"] == [stream()]


def test_of_the_lesson_s_own_cell_only_an_error_is_kept_and_no_figure_drawn() -> None:
    kept, lesson = KeptOutputs(LIMITS), written("a", Role.LESSON)
    assert not kept.figures(lesson)
    kept.take(lesson, FAILS)
    assert lesson.node["outputs"] == [error_output(Verdict.ERROR, "so")]


def test_once_tests_have_begun_outputs_come_from_a_run_of_their_own() -> None:
    kept, session = KeptOutputs(LIMITS), _Anew({"b": {"outputs": [stream("anew")]}})
    cells = [written("a"), written("b"), written("c")]
    kept.take(cells[0], SAYS)
    kept.tested = True
    assert not kept.figures(cells[1])
    kept.take(cells[1], SAYS)
    kept.take(cells[2], {"outputs": []})
    assert cells[1].node["outputs"] == []
    kept.show_late(session)  # type: ignore[arg-type]
    assert session.ran == [("a", False, False), ("b", True, True)]
    assert [cell.node["outputs"] for cell in cells] == [[stream()], [stream("anew")], []]
    assert session.ended


def test_a_late_figure_is_drawn_in_that_run_too() -> None:
    kept, session = KeptOutputs(LIMITS), _Anew({"b": SAYS})
    kept.tested = True
    kept.take(written("a", Role.LESSON), {"outputs": [], "figures": True})
    kept.take(written("b"), {"outputs": [], "figures": True})
    kept.take(written("c"), {"outputs": [], "figures": "True"})
    kept.show_late(session)  # type: ignore[arg-type]
    assert session.ran == [("a", False, False), ("b", True, True)]


def test_a_late_error_of_the_lesson_s_own_cell_is_shown_without_figures() -> None:
    kept, session, lesson = KeptOutputs(LIMITS), _Anew({"a": FAILS}), written("a", Role.LESSON)
    kept.tested = True
    kept.take(lesson, FAILS)
    kept.show_late(session)  # type: ignore[arg-type]
    assert session.ran == [("a", False, True)]
    assert lesson.node["outputs"] == [error_output(Verdict.ERROR, "so")]


def test_a_cell_that_dies_in_the_late_run_shows_that_it_did_and_the_next_is_still_shown() -> None:
    died = Died(Verdict.EXITED, "It ended.")
    kept, session = KeptOutputs(LIMITS), _Anew({"a": died, "b": died, "c": SAYS})
    cells = [written("a"), written("b"), written("c")]
    kept.take(cells[0], SAYS)
    kept.tested = True
    kept.take(cells[1], SAYS)
    kept.take(cells[2], SAYS)
    kept.show_late(session)  # type: ignore[arg-type]
    assert [cell.node["outputs"] for cell in cells] == [
        [stream()], [error_output(Verdict.EXITED, "It ended.")], [stream()],
    ]  # fmt: skip


def test_without_late_outputs_nothing_runs_again() -> None:
    kept, session = KeptOutputs(LIMITS), _Anew({})
    kept.take(written("a"), SAYS)
    kept.show_late(session)  # type: ignore[arg-type]
    assert session.ran == []
    assert session.ended


def test_the_room_of_a_notebook_is_shared_by_its_cells() -> None:
    size = size_of(stream())
    kept = KeptOutputs(replace(LIMITS, notebook_characters=2 * size + 2))
    cells = [written("a"), written("b"), written("c")]
    for each in cells:
        kept.take(each, SAYS)  # a list's brackets take two letters more
    assert [cell.node["outputs"] for cell in cells] == [[stream()], [stream()], []]
