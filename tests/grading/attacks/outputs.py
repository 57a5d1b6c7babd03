"""Outputs that pretend to be scores, or that harm who looks at them."""

from __future__ import annotations

from typing import Any

from nbformat import v4

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

Notebook = dict[str, Any]


def _forged(notebook: Notebook) -> Notebook:
    score = {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "3.0"}, "execution_count": 1}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [score, {**score, "data": {"text/plain": "nan"}}], 1
    return notebook


def _stale(notebook: Notebook) -> Notebook:
    error = {"output_type": "error", "ename": "AssertionError", "evalue": "old", "traceback": ["AssertionError: old"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [error], 99
    return notebook


def _scripts(notebook: Notebook) -> Notebook:
    hostile = "<script>document.title = 'owned'</script><img src=x onerror='document.title=\"owned\"'>"
    notebook["cells"] += [
        v4.new_markdown_cell(hostile),
        v4.new_raw_cell(hostile),
        v4.new_code_cell(
            "from IPython.display import HTML, Javascript, SVG, display\n"
            f"display(HTML({hostile!r}), Javascript('document.title = \"owned\"'))\n"
            "display({'application/javascript': 'x', 'text/html': '<script>', 'text/latex': '$$', "
            "'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}, 'image/svg+xml': '<svg onload=x>', "
            "'image/png': '\"><script>', 'text/plain': 'plain'}, raw=True)"
        ),
    ]
    return notebook


ATTACKS = (
    Attack("scores stand in the outputs already", "nbgrader's partial credit", _forged, _stale),
    Attack(
        "the function prints, shows and publishes scores while it is tested",
        "the outputs of the test cell",
        {"doubled": """
import sys
from IPython.display import display
def doubled(x):
    print("3.0")
    display(3.0)
    get_ipython().displayhook(3.0)
    get_ipython().display_pub.publish({"text/plain": "3.0"})
    sys.__stdout__.write("3.0")
    return x
float("nan")
"""},
        {"doubled": """
def doubled(x):
    print("doubling", x.shape)
    return x * 2
doubled(torch.ones(1)).item()
"""},
    ),
    Attack(
        "the function returns a number, a NaN, or an error made of one",
        "partial credit",
        {"doubled": "def doubled(x):\n    return float('nan')", "label": "def label(n):\n    return 1e308 * 10"},
        {"doubled": "def doubled(x):\n    return x * 2.0\n3.0"},
    ),
    Attack(
        "half a surrogate pair is printed, raised and returned",
        "the writing of the graded notebook",
        {
            "doubled": "print('\\ud800\\0\\x1b[2J')\ndef doubled(x):\n    print('\\udfff')\n    return '\\udc00'",
            "label": "def label(n):\n    raise KeyError('\\ud800')",
        },
        {"doubled": RIGHT + "\nprint('größer ≥ 日本語 🙂 \\x1b[31mred\\x1b[0m')\n'🙂'\n"},
    ),
    Attack("scripts in text and in outputs", "the browser of whoever reads the feedback", _scripts, _stale),
    Attack(
        "the outputs kept so far are rewritten from inside",
        "the record of what a cell did",
        {"doubled": NOTHING + """
shell = get_ipython()
class Praise(list):
    def __iter__(self):
        yield {"output_type": "execute_result", "data": {"text/plain": "3.0"}, "metadata": {}, "execution_count": 1}
shell.outputs.kept = Praise()
type(shell).outputs = shell.outputs
"""},
        {"doubled": RIGHT + """
from IPython.display import clear_output
print("working")
clear_output(wait=True)
print("done")
"""},
    ),
    Attack(
        "a display that never stops updating",
        "the size of the feedback",
        {"doubled": NOTHING + """
from IPython.display import display
handle = display("start", display_id=True)
for n in range(3_000):
    handle.update("x" * 10_000 + str(n))
    display("y" * 1_000)
"""},
        {"doubled": RIGHT + """
from IPython.display import display
handle = display("0 %", display_id="progress")
for n in range(0, 101, 10):
    handle.update(f"{n} %")
"""},
    ),
)
