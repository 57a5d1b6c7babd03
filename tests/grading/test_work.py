"""A judge at its work: what it is sent, what it answers, and what becomes of the notebook between the two."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from shapewise.grading.messages import verdicts as verdicts_module
from shapewise.grading.messages.verdicts import TestVerdict, Verdict
from shapewise.grading.messages.wire import decode, encode
from shapewise.grading.student import serve
from tests.grading import small_course
from tests.grading.forked import connected, forked_server
from tests.grading.judging import Judge, Judged

DOUBLED = small_course.RIGHT["doubled"]


@pytest.fixture(scope="module")
def judging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    """The owner's end of a server that forks judges from here."""
    with forked_server(tmp_path_factory.mktemp("scratch"), judges=True) as owner:
        yield owner


@pytest.fixture
def judge(judging: socket.socket) -> Iterator[Judge]:
    """A fresh judge."""
    with connected(judging) as line:
        judge = Judge(line)
        yield judge
        judge.close()


def test_a_judge_that_tells_of_the_compiler_goes_on_with_the_next_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts_module, "COMPILER", "json")  # a module that every process has imported
    monkeypatch.setattr(serve, "COMPILER", "json")
    with forked_server(tmp_path, judges=True) as owner, connected(owner) as line:
        judge = Judge(line)
        for _ in range(20):  # what it tells the server, and what it asks for next, may come in one piece
            assert judge.grade().tests["doubled_test"].verdict is Verdict.PASSED
        judge.close()


def key_with(*cells: Any) -> dict[str, Any]:
    """The small course's key with these cells at its end."""
    key = small_course.key()
    key["cells"] += json.loads(json.dumps(cells))
    return key


def graded_cell(kind: Callable[..., Any], text: str, grade_id: str, tags: tuple[str, ...] = (), **marks: Any) -> Any:
    marks = {"grade_id": grade_id, "grade": True, "solution": False, "task": False, "schema_version": 3, **marks}
    return kind(text, metadata={"nbgrader": marks, "tags": list(tags)}, id=grade_id.replace("_", "-"))


ESSAY = graded_cell(v4.new_markdown_cell, "Your words.", "essay", solution=True, points=4)
BESIDE = graded_cell(v4.new_code_cell, "assert doubled(torch.ones(1)).item() == 2", "beside", ("student-process",),
                     points=5)  # fmt: skip


def verdicts(judged: Judged) -> dict[str, Verdict]:
    return {name: test.verdict for name, test in judged.tests.items()}


def test_each_test_has_its_verdict_in_the_notebook_s_order(judge: Judge) -> None:
    judged = judge.grade({"heads": "def heads(x, count):\n    return x", "label": None})
    assert [*verdicts(judged).items()] == [
        ("doubled_test", Verdict.PASSED), ("heads_test", Verdict.FAILED), ("label_test", Verdict.NOT_STARTED),
        ("label_edges", Verdict.NOT_STARTED),
    ]  # fmt: skip
    assert [(test.score, test.points) for test in judged.tests.values()] == [(3, 3), (0, 3), (0, 2), (0, 2)]


def test_cells_and_tests_are_counted_as_a_kernel_counts_them(judge: Judge) -> None:
    judged = judge.grade()
    ids = ("imports", "doubled", "doubled-test", "example", "heads", "heads-test", "label", "label-test", "label-edges")
    assert [judged.cell(one)["execution_count"] for one in ids] == [*range(1, 10)]
    assert judged.cell("slow")["execution_count"] is None
    assert judged.cell("slow")["outputs"] == []


def test_an_empty_cell_is_counted_and_not_run(judge: Judge) -> None:
    notebook = small_course.submission()
    next(cell for cell in notebook["cells"] if cell["id"] == "label")["source"] = "  \n"
    judged = judge.grade(notebook)
    assert judged.cell("label")["outputs"] == []
    assert judged.cell("label-test")["execution_count"] == 8
    assert verdicts(judged)["label_test"] is Verdict.ERROR


def test_the_notebook_says_what_was_graded_and_how(judge: Judge) -> None:
    judged = judge.grade({"doubled": f"import ctypes\n{DOUBLED}"}, stamp={"key": "a", "submission": "b"})
    said = judged.notebook["metadata"]["shapewise"]
    assert (said["key"], said["submission"]) == ("a", "b")
    assert said["repairs"] == judged.end["repairs"] == []
    assert said["suspicions"] == judged.end["suspicions"] == ["doubled uses ctypes (line 1)."]
    assert judged.notebook["cells"][0]["metadata"] == {"shapewise": {"for_grader": True}}
    assert judged.notebook["cells"][0]["id"] == "for-grader"
    assert judge.grade().notebook["cells"][0]["id"] == "title"


def test_a_note_to_the_grader_has_no_id_where_no_cell_has_one(judge: Judge) -> None:
    key = small_course.key()
    key["nbformat_minor"] = 4
    for cell in key["cells"]:
        del cell["id"]
    judged = judge.grade({"doubled": f"import ctypes\n{DOUBLED}"}, key)
    assert judged.notebook["cells"][0]["metadata"] == {"shapewise": {"for_grader": True}}
    assert not [cell for cell in judged.notebook["cells"] if "id" in cell]


def test_a_cell_without_a_grade_id_and_a_module_are_named_by_what_they_are(judge: Judge) -> None:
    notebook = small_course.submission()
    notebook["cells"].insert(0, json.loads(json.dumps(v4.new_code_cell("import ctypes", id="mine"))))
    files = {"mine.py": b"import gc\ngc.callbacks", "given.py": b"import gc\ngc.callbacks", "mine.txt": b"gc.callbacks"}
    (of_cell, of_module) = judge.grade(notebook, files=files, own=["given.py"]).end["suspicions"]
    assert of_cell.startswith("cell ") and "ctypes" in of_cell
    place = [cell["source"] for cell in judge.grade(notebook).notebook["cells"]].index(["import ctypes"])
    assert of_cell.startswith(f"cell {place} ")  # the note to the grader stands before all others
    assert of_module.startswith("mine.py ")


def test_what_the_lesson_s_own_cells_and_its_tests_hold_is_nobody_s_suspicion(judge: Judge) -> None:
    cell = v4.new_code_cell("import ctypes", id="given")
    key = key_with(cell)
    assert judge.grade({**small_course.submission(), "cells": key["cells"]}, key).end["suspicions"] == []
    test = graded_cell(v4.new_code_cell, "import ctypes", "reaches", points=1)
    assert judge.grade(key=key_with(test)).end["suspicions"] == []


def test_what_is_as_released_is_untouched_and_a_person_s_points_for_it_are_none(judge: Judge) -> None:
    key = key_with(ESSAY)
    judged = judge.grade({"label": None}, key)
    assert judged.end["untouched"] == ["label", "essay"]
    assert judged.tests["essay"] == TestVerdict("essay", Verdict.MANUAL, 0.0, 4.0)


def test_what_a_person_grades_has_no_score_yet_once_something_is_written(judge: Judge) -> None:
    key = key_with(ESSAY)
    notebook = small_course.submission()
    notebook["cells"].append({**key["cells"][-1], "source": "My words."})
    judged = judge.grade(notebook, key)
    assert judged.end["untouched"] == []
    assert judged.tests["essay"] == TestVerdict("essay", Verdict.MANUAL, None, 4.0)


@pytest.mark.parametrize("submission", [b"", b"%PDF-1.7", b'{"cells": 7}'])
def test_what_is_no_notebook_gets_a_verdict_per_test_and_nothing_of_it_runs(judge: Judge, submission: bytes) -> None:
    judged = judge.grade(submission, key_with(BESIDE, ESSAY))
    assert [*verdicts(judged).values()] == [Verdict.UNREADABLE] * 5 + [Verdict.MANUAL]
    assert judged.tests["essay"].score == 0
    (sentence,) = judged.end["repairs"]
    assert {test.detail for test in judged.tests.values() if test.grade_id != "essay"} == {sentence}
    assert judged.cell("imports").get("outputs") == []
    assert judged.end["cpu"] == 0


def test_a_verdict_that_is_given_is_not_looked_for(judge: Judge) -> None:
    judged = judge.grade(given={"doubled_test": "timed out"})
    assert verdicts(judged)["doubled_test"] is Verdict.TIMED_OUT
    assert judged.tests["doubled_test"].score == 0
    assert judged.tests["doubled_test"].detail
    assert verdicts(judged)["heads_test"] is Verdict.PASSED


@pytest.mark.parametrize(("line", "verdict"), [("import os; os._exit(0)", Verdict.EXITED), ("x = 1", Verdict.PASSED)])
def test_a_cell_that_ends_its_process_says_so_and_costs_its_own_test(judge: Judge, line: str, verdict: Verdict) -> None:
    judged = judge.grade({"doubled": f"{DOUBLED}\n{line}"})
    assert verdicts(judged) == {
        "doubled_test": verdict, "heads_test": Verdict.PASSED, "label_test": Verdict.PASSED,
        "label_edges": Verdict.PASSED,
    }  # fmt: skip
    assert [output["ename"] for output in judged.cell("doubled")["outputs"]] == (
        [] if verdict is Verdict.PASSED else ["Exited"]
    )


def test_a_solution_cell_that_dies_costs_the_names_of_its_stub_too(judge: Judge) -> None:
    assert verdicts(judge.grade({"heads": "import os\nos._exit(0)"}))["heads_test"] is Verdict.EXITED


def test_what_a_test_has_left_under_a_name_is_gone_where_the_lesson_binds_it(judge: Judge) -> None:
    test = graded_cell(v4.new_code_cell, "kept, left = 5, 5", "first", points=1)
    again = graded_cell(v4.new_code_cell, "assert (kept, left) == (5, 1)", "second", points=1)
    key = key_with(test, v4.new_code_cell("left = 1", id="binds"), again)
    assert verdicts(judge.grade(key=key))["second"] is Verdict.PASSED


def test_a_student_s_own_name_takes_no_test_s_helper_away(judge: Judge) -> None:
    test = graded_cell(v4.new_code_cell, "helper = 5", "first", points=1)
    again = graded_cell(v4.new_code_cell, "assert helper == 5", "second", points=1)
    key = key_with(test, again)
    notebook = small_course.submission()
    notebook["cells"] += [key["cells"][-2], json.loads(json.dumps(v4.new_code_cell("helper = 1", id="mine")))]
    assert verdicts(judge.grade(notebook, key))["second"] is Verdict.PASSED


def test_a_test_beside_the_student_s_code_is_marked_as_such(judge: Judge) -> None:
    judged = judge.grade(key=key_with(BESIDE))
    assert judged.tests["beside"] == TestVerdict("beside", Verdict.PASSED, 5.0, 5.0, in_student_process=True)
    assert not judged.tests["doubled_test"].in_student_process


@pytest.mark.parametrize(
    ("test", "verdict", "score"),
    [
        ("assert False, 'so'", Verdict.FAILED, 0.0), ("raise ValueError('so')", Verdict.ERROR, 0.0),
        ("2.5", Verdict.PARTIAL, 2.5), ("5.0", Verdict.PASSED, 5.0), ("print(1)", Verdict.PASSED, 5.0),
        ("import os\nos._exit(0)", Verdict.EXITED, 0.0),
    ],
)  # fmt: skip
def test_a_test_beside_the_student_s_code_is_what_that_process_says(
    judge: Judge, test: str, verdict: Verdict, score: float
) -> None:
    judged = judge.grade(key=key_with({**BESIDE, "source": test}))
    told = judged.tests["beside"]
    assert (told.verdict, told.score, told.in_student_process) == (verdict, score, True)
    assert "so" in told.detail or "so" not in test
    assert "stream" not in [output["output_type"] for output in judged.cell("beside")["outputs"]]


def test_an_error_without_an_output_is_an_error_all_the_same(judge: Judge) -> None:
    answer = {"outputs": [], "error": "ValueError"}
    forges = "from shapewise.grading.student import serve\nreal = serve._answer\n"
    forges += f"serve._answer = lambda shell, asked: {encode(answer)!r} if 'lost' in str(asked) else real(shell, asked)"
    told = judge.grade({"doubled": f"{DOUBLED}\n{forges}"}, key_with({**BESIDE, "source": "lost()"})).tests["beside"]
    assert (told.verdict, told.score) == (Verdict.ERROR, 0.0)


BANK = f"class Bank: ...\ndef bank():\n    return Bank()\n{DOUBLED}"


def with_test(test: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A key with a test of a bank, and a submission that holds one."""
    key = key_with(graded_cell(v4.new_code_cell, test, "sees", points=1))
    notebook = small_course.submission({"doubled": BANK})
    return key, {**notebook, "cells": [*notebook["cells"], key["cells"][-1]]}


def test_what_a_test_cannot_see_of_an_answer_is_said(judge: Judge) -> None:
    key, notebook = with_test("bank().deposit(2)")
    judged = judge.grade(notebook, key)
    (sentence,) = judged.end["repairs"]
    assert sentence.startswith("sees: ") and "Bank" in sentence
    assert verdicts(judged)["sees"] is Verdict.ERROR


@pytest.mark.parametrize("test", ["bank()", "assert bank() == 1", "doubled.deposit(2)"])
def test_nothing_is_said_where_the_test_has_seen_what_it_looks_at(judge: Judge, test: str) -> None:
    key, notebook = with_test(test)
    assert judge.grade(notebook, key).end["repairs"] == []


def test_what_the_tests_ask_is_noted_where_that_is_wanted(judge: Judge) -> None:
    judged = judge.grade(foretells=True)
    asked = decode(judged.noted["foretold"])
    assert asked.keys() == judged.tests.keys()
    assert [decode(message)["do"] for message in asked["doubled_test"]] == ["names", "call", "call"]
    assert judge.grade().noted == {}


def test_what_was_foretold_is_asked_ahead_and_changes_no_verdict(judge: Judge) -> None:
    counts = f"seen = []\n{DOUBLED.replace('return', 'seen.append(1); return')}"
    foretold = judge.grade(foretells=True).noted
    last = {"cell_type": "code", "metadata": {}, "id": "mine", "source": "print('over')"}
    for answers in ({"doubled": counts}, {"doubled": None}, {"doubled": "import os\nos._exit(0)"}):
        notebook = small_course.submission(answers)
        notebook["cells"].append(last)
        told, alone = judge.grade(notebook, contents=foretold), judge.grade(notebook)
        assert told.tests == alone.tests
        assert told.end["notebook"] == alone.end["notebook"]


_LOGS = """from pathlib import Path
from shapewise.grading.student import serve
log, real = Path("{}"), serve.receive
def logging(line):
    request = real(line)
    with log.open("a") as file:
        print(request["do"], len(request.get("requests", [])), file=file)
    return request
serve.receive = logging
"""


def test_what_is_known_up_to_the_end_of_the_next_test_is_asked_in_one_go(judge: Judge, tmp_path: Path) -> None:
    foretold = judge.grade(foretells=True).noted
    asked = decode(foretold["foretold"])
    logs = {"doubled": f"{_LOGS.format(tmp_path / 'log')}{DOUBLED}"}
    judge.grade(logs, contents=foretold)
    # The first go, which holds the logging itself, is not seen by it. A cell and an answer stand before the next test.
    counts = [2 + len(asked["heads_test"]), 1 + len(asked["label_test"]), len(asked["label_edges"])]
    assert (tmp_path / "log").read_text().splitlines()[:3] == [f"ahead {count}" for count in counts]


def test_of_a_test_whose_verdict_is_given_nothing_is_asked(judge: Judge, tmp_path: Path) -> None:
    foretold = judge.grade(foretells=True).noted
    logs = {"doubled": f"{_LOGS.format(tmp_path / 'log')}{DOUBLED}"}
    judge.grade(logs, contents=foretold, given={"heads_test": "timed out"})
    assert (tmp_path / "log").read_text().splitlines()[0] == "ahead 2"


def test_a_test_may_take_four_gibibytes_and_no_more(judge: Judge) -> None:
    takes = "import numpy as np\nlen(np.empty(int({} * 2**30), np.uint8)) and None"
    for size, verdict in ((3.5, Verdict.PASSED), (4.5, Verdict.OUT_OF_MEMORY)):
        test = graded_cell(v4.new_code_cell, takes.format(size), "takes", points=1)
        assert verdicts(judge.grade(key=key_with(test)))["takes"] is verdict


def test_the_files_are_there_for_the_student_and_the_assignment_s_own_for_a_test(judge: Judge) -> None:
    reads = graded_cell(v4.new_code_cell, "assert open('given.txt').read() == 'given'", "reads", points=1)
    key = key_with(reads)
    answer = f"assert (open('given.txt').read(), open('mine.txt').read()) == ('given', 'mine')\n{DOUBLED}"
    files = {"given.txt": b"given", "mine.txt": b"mine"}
    told = judge.grade({"doubled": answer}, key, files, own=["given.txt"])
    assert {*verdicts(told).values()} == {Verdict.PASSED}
    reads_mine = graded_cell(v4.new_code_cell, "open('mine.txt')", "reads", points=1)
    told = judge.grade({"doubled": answer}, key_with(reads_mine), files, own=["given.txt"])
    assert verdicts(told)["reads"] is Verdict.ERROR


def test_a_judge_goes_on_until_a_test_has_changed_what_the_next_would_meet(judge: Judge) -> None:
    harmless = graded_cell(v4.new_code_cell, "left = 1", "sets", points=1)
    for _ in range(2):
        assert judge.grade(key=key_with(harmless)).end["worn"] is False
    changes = graded_cell(v4.new_code_cell, "import os\nos.environ['LEFT'] = '1'", "sets", points=1)
    assert judge.grade(key=key_with(changes)).end["worn"] is True
    with pytest.raises((EOFError, OSError)):
        judge.grade()


def test_processor_time_of_the_student_s_cells_is_told(judge: Judge) -> None:
    busy = "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass"
    assert 0.1 <= judge.grade({"doubled": f"{DOUBLED}\n{busy}"}).end["cpu"] < 10


def test_a_machine_that_gives_no_process_is_no_verdict(judging: socket.socket) -> None:
    """The judge's line to its server is closed by a test of the instructor's, so no process can be started."""
    closes = graded_cell(v4.new_code_cell, "import os\nfor n in range(3, 99):\n    try:\n        os.close(n)\n"
                         "    except OSError:\n        pass", "closes", points=1)  # fmt: skip
    with connected(judging) as line, pytest.raises((EOFError, OSError)):
        judge = Judge(line)
        try:
            judge.grade(key=key_with(closes))
        finally:
            judge.close()
