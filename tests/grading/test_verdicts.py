"""The words that the engine's processes share, and the messages that carry them."""

from __future__ import annotations

import dataclasses
import multiprocessing

import pytest

from shapewise.grading.messages import channel
from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import KILLED_FOR_MEMORY, Found, Limits, NotebookVerdict, TestVerdict, Verdict


def test_a_message_arrives_with_its_contents_as_they_are() -> None:
    here, there = multiprocessing.Pipe()
    with here, there:
        send_message(here, {"é": [1, None, 0.5]}, {"a": b"\0\xff", "b": b""})
        send_message(here, {})
        assert receive_message(there) == ({"é": [1, None, 0.5]}, {"a": b"\0\xff", "b": b""})
        assert receive_message(there) == ({}, {})


def test_a_message_to_or_from_nobody_is_an_error() -> None:
    here, there = multiprocessing.Pipe()
    there.close()
    with here:
        with pytest.raises(EOFError):
            receive_message(here)
        with pytest.raises(OSError, match="pipe"):
            send_message(here, {})


@pytest.mark.parametrize("part", [0, 1])
def test_a_message_and_each_content_have_at_most_so_many_bytes(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert channel._MOST == 256 * 2**20
    for most, arrives in ((20, True), (19, False)):
        monkeypatch.setattr(channel, "_MOST", most)
        here, there = multiprocessing.Pipe()
        with here, there:
            if part:
                send_message(here, {}, {"a": b"x" * 20})
            else:
                here.send_bytes(b'[{"a": 123456}, [ ]]')
            if arrives:
                receive_message(there)
            else:
                with pytest.raises(OSError, match="message"):
                    receive_message(there)


def test_a_score_is_the_sum_of_those_that_are_known() -> None:
    tests = {
        name: TestVerdict(name, Verdict.PASSED, score, 3.0)
        for name, score in {"a": 2.0, "b": None, "c": 0.0, "d": 0.5}.items()
    }
    assert NotebookVerdict(tests, "").score == 2.5
    assert NotebookVerdict({}, "").score == 0


def test_two_verdicts_are_the_same_whatever_time_they_took() -> None:
    first = NotebookVerdict({}, "text", cpu_seconds=1.0, foretold=b"1")
    assert first == NotebookVerdict({}, "text", cpu_seconds=2.0, foretold=b"2")
    assert first != NotebookVerdict({}, "other")
    assert "foretold" not in repr(first)


def test_a_verdict_that_says_nothing_else_is_one_of_a_sandboxed_untroubled_run() -> None:
    plain = NotebookVerdict({}, "")
    assert plain.sandboxed is True
    assert (plain.repairs, plain.untouched, plain.suspicions, plain.cpu_seconds) == ((), (), (), 0)
    assert TestVerdict("a", Verdict.PASSED, 1.0, 1.0).in_student_process is False


def test_a_verdict_comes_back_from_plain_data_as_it_was() -> None:
    found = (Found("softmax", "shape", edge=True, mistake="rows"), Found("softmax", "value"))
    verdict = TestVerdict("a", Verdict.PARTIAL, 0.5, 2.0, "half", found=found)
    data = verdict.as_data()
    assert type(data["verdict"]) is str
    assert TestVerdict.from_data(data) == verdict


def test_what_a_check_found_is_no_edge_case_unless_it_says_so() -> None:
    assert Found("softmax", "shape").edge is False


@pytest.mark.parametrize("words", [Limits(), Found("a", "b"), NotebookVerdict({}, "")])
def test_words_that_were_said_do_not_change(words: object) -> None:
    field = dataclasses.fields(words)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(words, field, None)


def test_without_other_words_a_notebook_has_what_the_readme_says() -> None:
    limits = Limits()
    assert (limits.cell_seconds, limits.notebook_seconds) == (30, 150)
    assert (limits.memory_bytes, limits.scratch_bytes) == (2 * 2**30, 64 * 2**20)
    assert (limits.processes, limits.output_characters, limits.notebook_characters) == (48, 50_000, 16 * 2**20)


def test_what_a_cgroup_killed_is_told_from_any_status_that_a_process_can_end_with() -> None:
    assert KILLED_FOR_MEMORY == 2**32


def test_a_refusal_says_what_is_missing_and_what_to_do_once() -> None:
    first = SandboxUnavailableError("No namespaces.")
    assert str(first).startswith("No namespaces. Grading refuses to run")
    assert str(SandboxUnavailableError(str(first))) == str(first)
