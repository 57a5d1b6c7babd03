"""What the engine makes of one notebook, honest or broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.verdicts import NotebookVerdict, Verdict
from tests.grading import small_course
from tests.grading.conftest import Grade

OTHERS = ("heads_test", "label_test", "label_edges")


def outputs(graded: NotebookVerdict, cell_id: str) -> list[dict[str, Any]]:
    return next(c["outputs"] for c in json.loads(graded.notebook)["cells"] if c["id"] == cell_id)


def passed(graded: NotebookVerdict, *tests: str) -> bool:
    return all(graded.tests[test].verdict is Verdict.PASSED for test in tests)


def test_right_answers_get_every_point(grade: Grade) -> None:
    assert grade().score == 10


def test_a_wrong_answer_costs_its_own_test_only(grade: Grade) -> None:
    graded = grade({"doubled": "def doubled(x):\n    return x + 2"})
    assert graded.tests["doubled_test"].verdict is Verdict.FAILED
    assert passed(graded, *OTHERS)


def test_a_stub_counts_as_not_started(grade: Grade) -> None:
    assert grade({"doubled": None}).tests["doubled_test"].verdict is Verdict.NOT_STARTED


def test_an_answer_that_calls_one_that_is_not_started_is_started(grade: Grade) -> None:
    graded = grade({"doubled": None, "heads": "def heads(x, count):\n    return doubled(x)"})
    assert graded.tests["doubled_test"].verdict is Verdict.NOT_STARTED
    assert graded.tests["heads_test"].verdict in (Verdict.FAILED, Verdict.ERROR)


def test_a_copy_where_a_view_is_wanted_fails_although_its_values_are_right(grade: Grade) -> None:
    graded = grade({"heads": small_course.RIGHT["heads"] + ".clone()"})
    assert graded.tests["heads_test"].verdict is Verdict.FAILED


def test_changing_the_input_fails_although_the_value_is_right(grade: Grade) -> None:
    graded = grade({"doubled": "def doubled(x):\n    x *= 2\n    return x"})
    assert graded.tests["doubled_test"].verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("while True: pass", Verdict.TIMED_OUT),
        ("import os; os._exit(0)", Verdict.EXITED),
        ("return bytearray(2**33)", Verdict.OUT_OF_MEMORY),
        ("return torch.zeros(2**25)", Verdict.TOO_LARGE),
        ("return undefined_name", Verdict.FAILED),
    ],
)
def test_a_function_that_ends_badly_costs_its_own_test_only(grade: Grade, body: str, verdict: Verdict) -> None:
    graded = grade({"doubled": f"def doubled(x):\n    {body}"})
    assert graded.tests["doubled_test"].verdict is verdict
    assert passed(graded, *OTHERS)


@pytest.mark.parametrize(("line", "verdict"), [("while True: pass", "timed out"), ("import os; os._exit(0)", "exited")])
def test_a_cell_that_ends_badly_costs_its_own_exercise_only(grade: Grade, line: str, verdict: str) -> None:
    graded = grade({"doubled": f"{small_course.RIGHT['doubled']}\n{line}"})
    assert graded.tests["doubled_test"].verdict == verdict
    assert passed(graded, *OTHERS)


def test_text_on_stderr_costs_nothing(grade: Grade) -> None:
    answer = "import sys\ndef doubled(x):\n    print('hm', file=sys.stderr)\n    return x * 2"
    assert grade({"doubled": answer}).score == 10


def test_a_demonstration_of_the_source_is_left_out(grade: Grade) -> None:
    graded = grade()  # it would sleep for a minute
    assert outputs(graded, "slow") == []


def test_a_demonstration_tag_of_a_submission_counts_for_nothing(grade: Grade) -> None:
    notebook = small_course.submission()
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["demonstration"]
    assert grade(notebook=notebook).score == 10


def test_magics_and_shell_lines_run_as_in_a_notebook(grade: Grade) -> None:
    answer = f"%matplotlib inline\n{small_course.RIGHT['doubled']}\nprinted = !echo hello\nprint(printed[0])"
    graded = grade({"doubled": answer})
    assert graded.score == 10
    assert "".join(outputs(graded, "doubled")[0]["text"]) == "hello\n"


def test_a_student_s_figure_is_kept_as_a_picture(grade: Grade) -> None:
    graded = grade({"doubled": f"{small_course.RIGHT['doubled']}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"})
    assert "image/png" in outputs(graded, "doubled")[0]["data"]


def test_data_files_lie_in_the_working_folder(grade: Grade) -> None:
    answer = f"assert open('data/numbers.txt').read() == '1 2'\n{small_course.RIGHT['doubled']}"
    assert grade({"doubled": answer}, files={"data/numbers.txt": b"1 2"}).score == 10


def test_grading_twice_gives_the_same_notebook(grade: Grade) -> None:
    answer = f"{small_course.RIGHT['doubled']}\nprint(torch.rand(3), np.random.rand(), object())\n{{'a', 'b', 'c'}}"
    assert grade({"doubled": answer}) == grade({"doubled": answer})


def test_a_file_that_is_no_notebook_gets_a_verdict_per_test(grade: Grade) -> None:
    graded = grade(notebook=b'{"cells": [')
    assert {test.verdict for test in graded.tests.values()} == {Verdict.UNREADABLE}
    assert len(graded.tests) == 4


def test_a_missing_notebook_gets_a_verdict_per_test(engine: Any) -> None:
    graded = engine.grade_notebook(small_course.key(), None)
    assert {test.verdict for test in graded.tests.values()} == {Verdict.MISSING}


def test_no_graded_notebook_shows_a_folder_of_this_machine(grade: Grade) -> None:
    answer = f"{small_course.RIGHT['doubled']}\nprint(torch.__file__)\ntorch.zeros(2, 3) @ torch.zeros(2, 3)"
    import sys

    assert sys.prefix not in grade({"doubled": answer}).notebook


@pytest.mark.parametrize("first", [True, False])
def test_two_answers_merged_into_one_cell_keep_their_points(grade: Grade, first: bool) -> None:
    notebook = small_course.submission({"heads": f"%matplotlib inline\n{small_course.RIGHT['heads']}"})
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    kept, gone = ("doubled", "heads") if first else ("heads", "doubled")
    cells[kept]["source"] += f"\n\n{cells[gone]['source']}"
    notebook["cells"].remove(cells[gone])
    assert grade(notebook=notebook).score == 10


def test_an_import_that_a_test_shares_with_the_lesson_repairs_one_that_was_lost(grade: Grade) -> None:
    notebook = small_course.submission({"doubled": "def doubled(x):\n    return torch.add(x, x)"})
    imports = next(cell for cell in notebook["cells"] if cell["source"].startswith("import torch"))
    imports["source"] = "import troch"
    assert grade(notebook=notebook).tests["doubled_test"].verdict is Verdict.PASSED


def test_what_one_notebook_needed_of_torchs_compiler_the_next_finds_imported() -> None:
    key = small_course.key()
    looks = f"import sys\nprint('torch._dynamo' in sys.modules)\n{small_course.RIGHT['doubled']}"
    unknown = "try:\n    torch.compile(doubled, backend='no such thing')\nexcept Exception as error:\n"
    needs = f"{small_course.RIGHT['doubled']}\n{unknown}    print(type(error).__name__)"

    def said(engine: Engine, answer: str) -> str:
        graded = engine.grade_notebook(key, small_course.as_bytes(small_course.submission({"doubled": answer})))
        assert graded.score == 10
        (output,) = outputs(graded, "doubled") or [{"text": []}]
        return "".join(output["text"])

    with Engine() as engine:
        assert said(engine, looks) == "False\n"
        assert said(engine, needs) == "InvalidBackend\n"  # as torch refuses it
        assert said(engine, looks) == "True\n"


@pytest.mark.parametrize("options", ["", "fullgraph=True, dynamic=False", 'backend="eager"', 'mode="max-autotune"'])
def test_torch_compile_leaves_a_function_as_it_is_and_imports_no_compiler(grade: Grade, options: str) -> None:
    decorated = f"\n@torch.compile({options})\ndef decorated(x):\n    return x\n"
    same = f"import sys\nsame = torch.compile(doubled, {options}) is doubled\n"
    says = "print(same, decorated(3), 'torch._dynamo' in sys.modules)"
    graded = grade({"doubled": small_course.RIGHT["doubled"] + decorated + same + says})
    assert "".join(outputs(graded, "doubled")[0]["text"]) == "True 3 False\n"


def test_a_temporary_file_can_be_written(grade: Grade) -> None:
    answer = "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    file.write(b'1')\n"
    graded = grade({"doubled": f"{answer}import os\nprint(tempfile.gettempdir() == os.environ['TMPDIR'])"})
    assert "".join(outputs(graded, "doubled")[0]["text"]) == "True\n"


KEEPS = "seen = []\ndef doubled(x):\n    seen.append(x.tolist())\n    return x * 2"
HIDDEN = "[[0.0, 4.0, 8.0]"


def with_a_last_cell(answer: str, last: str) -> Any:
    notebook = small_course.submission({"doubled": answer})
    return {**notebook, "cells": [*notebook["cells"], {"cell_type": "code", "metadata": {}, "source": last}]}


@pytest.mark.parametrize(
    "last",
    [
        "print(seen)", "seen", "raise ValueError(str(seen))", "import sys\nprint(seen, file=sys.stderr)",
        "import matplotlib.pyplot as plt\nfrom IPython.display import display\ndisplay(seen)\nplt.title(str(seen));",
        "import os\nos.system(f'echo {str(seen)!r}')",
    ],
)  # fmt: skip
def test_what_a_test_has_called_with_is_in_no_output(grade: Grade, last: str) -> None:
    graded = grade(notebook=with_a_last_cell(KEEPS, last))
    assert graded.score == 10
    assert HIDDEN not in str([cell.get("outputs") for cell in json.loads(graded.notebook)["cells"]])


def test_a_cell_after_the_first_test_shows_what_it_does_in_a_process_that_no_test_has_called(grade: Grade) -> None:
    last = "print(len(seen))\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\ndoubled(torch.ones(2))"
    shown = json.loads(grade(notebook=with_a_last_cell(KEEPS, last)).notebook)["cells"][-1]["outputs"]
    assert [output["output_type"] for output in shown] == ["stream", "execute_result", "display_data"]
    assert "".join(shown[0]["text"]) == "0\n"


def test_a_lesson_s_own_cell_keeps_no_output_but_an_error(grade: Grade) -> None:
    assert outputs(grade(), "example") == []
    (error,) = outputs(grade({"doubled": f"{small_course.RIGHT['doubled']}\ntorch.arange = None"}), "example")
    assert error["ename"] == "TypeError"
