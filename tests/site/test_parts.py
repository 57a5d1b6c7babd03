"""What the pages are made of: formulas, predictions, headings, each on its own."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from _ext import executed
from _ext.formulas import UnreadableFormulaError, _made
from _ext.headings import anchor
from _ext.mended import mended
from _ext.predictions import ends_with_prediction, marked_predictions
from _ext.scripts import formula
from docutils import nodes

from tests.conftest import ROOT
from tests.web_edition import apart

PREDICTION = """Some text.

**Predict.** What comes out?

<details><summary>One</summary>

Right. *It* does.

</details>
<details><summary>Two</summary>

Tempting: no.

</details>
"""
HINT = "<details><summary>Hint 1</summary>\n\nThink.\n\n</details>\n"


def test_a_formula_that_cannot_be_read_is_told_with_its_place() -> None:
    node = nodes.math(r"\frac{1", r"\frac{1")
    node.source, node.line = "notebook.ipynb", 12
    with pytest.raises(UnreadableFormulaError, match=r"notebook\.ipynb, line 12: .*frac\{1") as told:
        _made(node, display=False)
    assert "expected '}'" in str(told.value)


def test_a_formula_is_there_for_the_eye_and_for_the_ear() -> None:
    made = formula(r"\sqrt{d}", display=False)
    assert 'aria-hidden="true"' in made and "<msqrt><mi>d</mi></msqrt>" in made


def test_choices_of_one_prediction_share_a_name_so_that_one_is_open_without_a_script() -> None:
    marked = marked_predictions(PREDICTION + "\nBetween.\n\n" + PREDICTION, first=4)
    assert marked.count('<div class="prediction">') == marked.count("</div>") == 2
    assert marked.count('name="prediction-4"') == marked.count('name="prediction-5"') == 2
    assert "Between." in marked


def test_hints_are_no_choices() -> None:
    assert marked_predictions(HINT) == HINT
    behind = f"**Predict.** Nothing unfolds here.\n\n## Next\n\n{HINT}"
    assert marked_predictions(behind) == behind


def test_a_cell_s_output_is_the_answer_only_if_nothing_stands_between() -> None:
    assert ends_with_prediction(PREDICTION)
    assert not ends_with_prediction(PREDICTION + "\nNow think again.\n")


def test_a_heading_has_the_address_that_it_has_in_jupyterlab() -> None:
    assert anchor("Shapes: reading what a tensor holds") == "Shapes:-reading-what-a-tensor-holds"


def _code(*words: str) -> str:
    inside = " ".join(f'<span class="pre">{word}</span>' for word in words)
    return f'<code class="docutils literal notranslate">{inside}</code>'


def test_a_short_shape_in_the_text_is_marked_as_one_word() -> None:
    assert 'class="docutils literal notranslate is-short"' in mended(_code("(batch,", "seq,", "embed)"))


def test_a_name_longer_than_a_narrow_line_breaks_at_its_dots_and_underscores() -> None:
    made = mended(_code("torch.nn.functional.scaled_dot_product_attention"))
    assert "functional.<wbr>scaled_<wbr>dot_<wbr>product_<wbr>attention" in made


def test_a_command_keeps_its_words_as_they_are() -> None:
    command = _code("python", "-m", "tests.grading.damage", "--count", "2000")
    assert mended(command) == command


def test_what_is_not_lacking_stays() -> None:
    assert mended("<p>As it was.</p>") == "<p>As it was.</p>"


@pytest.mark.filterwarnings("default")  # nbclient's and its event loop's own
def test_a_notebook_whose_kernel_does_not_answer_is_run_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executed, "_TIMEOUT", 2)
    been = tmp_path / "been"
    waits = f"import pathlib, time\nbeen = pathlib.Path({str(been)!r})\nfirst = not been.exists()\nbeen.touch()"
    cell = nbformat.v4.new_code_cell(f"{waits}\ntime.sleep(60 if first else 0)\nprint('done')")
    path = tmp_path / "module" / "one.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    said: list[str] = []
    (ran,) = apart(executed.execute, [path], tmp_path / "kept", said.append)
    assert ran.cells[0].outputs[0].text == "done\n"
    assert sum("Once more" in line for line in said) == 1


def test_every_color_and_font_that_the_lessons_ask_jupyterlab_for_is_given_by_the_pages() -> None:
    asking = [*(ROOT / "shapewise").rglob("*.css"), *(ROOT / "shapewise").rglob("*.py"), *(ROOT / "web").glob("*/*.ts")]
    wanted = {name for path in asking for name in re.findall(r"var\((--jp-[\w-]+)", path.read_text("utf-8"))}
    given = re.findall(r"^\s*(--jp-[\w-]+):", (ROOT / "docs" / "_static" / "site.css").read_text("utf-8"), re.MULTILINE)
    assert len(wanted) > 5
    assert wanted - set(given) == set()
