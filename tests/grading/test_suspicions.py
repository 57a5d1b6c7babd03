"""What reaches into the grader is named for a person, however it is written; what honest notebooks hold is not."""

from __future__ import annotations

import inspect
import json
import textwrap
from pathlib import Path

import pytest

from shapewise.grading.judge.suspicions import suspicions
from tests.conftest import ROOT
from tests.exercises.answers import answers, exercises
from tests.grading import small_course
from tests.grading.conftest import Grade

REACHING = {
    "shapewise.grading.student.serve": "import shapewise.grading.student.serve as s",
    "shapewise.checks": "import shapewise\nshapewise.checks.calling.observe = None",
    "shapewise.checks.calling": "from importlib import import_module as get\nget('shapewise.' + 'checks.calling')",
    "shapewise.grading": "from shapewise import grading",
    "shapewise.checks.plain": "__import__('shapewise.checks.plain')",
    "an import by a computed name": "__import__(input())",
    "sys.modules": "import sys as s\nmodules = s.modules",
    "sys._getframe": "from sys import _getframe\n_getframe(1)",
    "getattr of sys by a computed name": "import sys\ngetattr(sys, 'mod' + str('ules'))",
    "sys.settrace": "import sys\nhook = sys\nhook.settrace(print)",
    "gc.get_objects": "import gc\n[x for x in gc.get_objects()]",
    "gc.get_referrers": "getattr(__import__('gc'), 'get_referrers')",
    "ctypes": "from ctypes import pythonapi",
    "inspect.stack": "import inspect\ninspect.stack()[1]",
    "f_back": "def f(g):\n    return g.f_back",
    "f_globals": "'{0.f_globals}'.format(x)",
    "__globals__": "from shapewise import call\ncall.__globals__",
    "__code__": "def f(): ...\nf.__code__ = g",
    "__subclasses__": "().__class__.__base__.__subclasses__()",
    "__shapewise_call__": "def f(): ...\nf.__shapewise_call__ = None",
    "__builtins__": "__builtins__['print'] = None",
    "a new builtins.isinstance": "import builtins\nbuiltins.isinstance = None",
    "a new torch.equal": "import torch as t\nt.equal = lambda *_: True",
    "a new torch.Tensor.__eq__": "from torch import Tensor\nTensor.__eq__ = None",
    "a new torch.Tensor.untyped_storage": "import torch\nsetattr(torch.Tensor, 'untyped_storage', None)",
    "a new numpy.array_equal": "import numpy\ndel numpy.array_equal",
    "a new inspect.signature": "import inspect\ninspect.signature = None",
    "a new get_ipython.run": "get_ipython().run = None",
    "a new __class__ for an object": "x.__class__ = Lie",
    "torch.__dict__": "import torch\ntorch.__dict__['equal'] = None",
    "vars(torch)": "import torch\nvars(torch)['equal'] = None",
    "torch.utils._python_dispatch": "import torch.utils._python_dispatch",
    "__torch_function__": "class T:\n    def __torch_function__(self): ...",
    "unittest.mock": "from unittest import mock\nmock.patch('a.b')",
    "os.dup2": "import os\nos.dup2(1, 3)",
    "open(3)": "open(3, 'wb')",
    "socket.socket by descriptor": "import socket\nsocket.socket(fileno=4)",
    "/proc/self": "open('/proc/self/fd/3')",
    "exec of text that does not stand there": "exec(''.join(parts))",
    "sys.modules ": "exec('import sys; sys.modules')",
    "sys.modules  ": "%%time\nimport sys\nsys.modules",
    "gc.get_objects ": "%%writefile mine.py\nimport gc\ngc.get_objects()",
    "/proc/self ": "!cat /proc/self/maps",
    "sys.modules    ": "import os\nos.sys.modules",
    "_getframe ": "import logging\nlogging.sys._getframe(2)",
    "_getframe": "def f(s):\n    return s._getframe()",
    "collections._sys.modules": "import collections\ncollections._sys.modules",
    "random._os.dup": "from random import _os\n_os.dup(3)",
    "os handed on": "from operator import attrgetter\nimport os as o\nattrgetter('sys')(o)",
    "shapewise handed on": "import shapewise\nfor s in (shapewise, 1): s.checks",
    "gc handed on": "import gc\ndef f(g=gc):\n    return g",
    "sys handed on": "import sys\na, b = sys, 1",
    "getattr of sys by a computed name ": "import sys\ngetattr(sys, f'mod{name}')",
    "sys.modules   ": "import sys\ngetattr(sys, f'mod{\"ules\"}')",
    "os.dup ": "import os\ngetattr(os, 'dup')(3)",
    "sys.settrace ": "import os\ngetattr(os, 'sys').settrace(f)",
    "an import by a computed name ": "from importlib import import_module\nimport_module(f'{what}wise.checks')",
    "gc": "imp = __import__\nimp('gc').get_objects()",
    "__self__": "print.__self__",
    "a new torch.equal ": "import torch\ntorch.__setattr__('equal', f)",
    "a new get_ipython.run_cell": "from IPython import get_ipython as g\ng().run_cell = f",
    "a new get_ipython.run ": "import IPython\ntype(IPython.get_ipython()).run = f",
    "cshapewise.checks": "import pickle\npickle.loads(b'cshapewise.checks\\ncalling\\n.')",
    "runpy": "import runpy\nrunpy.run_path('mine.txt')",
    "multiprocessing.connection": "import multiprocessing.connection as m\nm.Connection(3)",
    "io.FileIO(3)": "import io\nio.FileIO(3)",
    "/proc": "import os\nos.listdir('/proc')",
    "f_back ": "def broken(:\n    x.f_back",
}
HONEST = [
    "import sys, os, gc, inspect\nsys.path.append('.')\ngc.collect()\ninspect.signature(f)\nos.environ['A'] = '1'",
    "import torch\ntorch.backends.cudnn.deterministic = True\ntorch.manual_seed(0)",
    "x = torch.ones(2)\nx.requires_grad = True",
    "import copy, time\ncopy = x.clone()\nimp = x\nimp.grad = None\nmodel.eval()",
    "import sys, io\nsys.stdout = io.StringIO()\nsys.setrecursionlimit(5000)",
    "class Net(torch.nn.Module):\n    def __setattr__(self, n, v):\n        super().__setattr__(n, v)",
    "from shapewise import call, check, close\nimport shapewise\nshapewise.check('x', f)\nprint(shapewise.__version__)",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 9\nax.title = 'x'",
    "!ls\n%timeit f(x)\nf?", "import re\nre.compile('x')\neval('1 + 1')\ngetattr(torch, name)\nhasattr(x, 'shape')",
    "from unittest import TestCase\nimport importlib\nimportlib.reload(mine)\ntype(x).__name__, x.__class__, f.__doc__",
    "import numpy as np\nnp.random.seed(0)\nnp.set_printoptions(precision=2)",
    "import pickle, tempfile, subprocess, threading\nwith open('data.csv') as file:\n    file.read()",
    "import os, sys\nprint(sys)\nhelp(os)\nhasattr(os, 'fork')\ngetattr(os, 'sep')\nos.sep.join(x)",
    "import os\nimport importlib, inspect\nimportlib.reload(os)\nlook = inspect\nlook.getsource(f)\nf(os.environ)",
    "process = 1\n'/processed/x'\nwrite = open\nwrite('x.txt', 'w')\nrun = eval\nrun('1 + 1')",
    "get_ipython().kernel.shell\nget_ipython().run_line_magic('pwd', '')",
]  # fmt: skip
SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))


def python(text: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    return str(TransformerManager().transform_cell(text))


@pytest.mark.parametrize("what", REACHING)
def test_what_reaches_into_the_grader_is_named(what: str) -> None:
    (said,) = suspicions([("doubled", REACHING[what])], [], python)
    assert said.startswith("doubled uses ")
    assert what.strip() in said


@pytest.mark.parametrize("text", HONEST)
def test_what_honest_notebooks_hold_is_not(text: str) -> None:
    assert suspicions([("doubled", text)], [], python) == []


@pytest.mark.parametrize("exercise", exercises())
def test_no_right_or_wrong_answer_of_the_collection_is_named(exercise: str) -> None:
    cells = [(answer.name, textwrap.dedent(inspect.getsource(answer.function))) for answer in answers(exercise)]
    assert cells
    assert suspicions(cells, [], python) == []


def test_the_line_is_told() -> None:
    (said,) = suspicions([("doubled", "x = 1\n\nimport gc\nrefs = gc.get_referrers(x)")])
    assert said == "doubled uses gc.get_referrers (line 4)."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = '''one\nsys.modules'''", 2),
        ("# one\nexec('import gc\\ngc.get_objects()')", 2),
        ("def broken(:\n\n    x.f_back", 3),
    ],
)
def test_the_line_is_told_of_text_within_text_and_of_what_is_no_python(text: str, line: int) -> None:
    (said,) = suspicions([("doubled", text)], [], python)
    assert said.endswith(f"(line {line}).")


def test_code_within_code_is_read_five_deep_and_no_deeper() -> None:
    said = []
    for times in range(1, 7):
        code = "import os\nos.fdopen"
        for _ in range(times):
            code = f"exec({code!r})"
        # In pieces, so that no text on the way holds the name itself
        said.append(bool(suspicions([("doubled", code.replace("os.fdopen", "os.\\x66dopen"))])))
    assert said == [True] * 5 + [False]


def test_twelve_things_of_a_cell_are_named_and_twelve_cells() -> None:
    reaching = ["gc.callbacks", "ctypes", *(f"sys.{name}" for name in ("modules", "settrace", "setprofile"))]
    reaching += [f"os.{name}" for name in ("dup", "dup2", "read", "write", "pread", "pwrite", "readv", "writev")]
    (said,) = suspicions([("doubled", "import gc, os, sys, ctypes\n" + "\n".join(reaching))])
    assert said.count("(line ") == 12
    assert len(suspicions([(f"cell {n}", "import ctypes") for n in range(13)])) == 12


def test_a_long_or_odd_name_is_told_in_eighty_letters_that_can_be_printed() -> None:
    (said,) = suspicions([("\x1b[31m" + "a" * 100, "import sys\nsys.modules")])
    assert said == f"??31m{'a' * 75} uses sys.modules (line 2)."
    (said,) = suspicions([("doubled", f"import shapewise\nshapewise.{'z' * 100}")])
    assert f"shapewise.{'z' * 70} (line" in said


@pytest.mark.parametrize(
    ("honest", "reaching"),
    [
        ("from torch import *", "from sys import *"),
        ("from shapewise import *", "from os import *"),
        ("import os.path\nos.path.exists('x')", "import os.path\nos.dup(1)"),
        ("setattr(x, 'grad', None)", "import torch\nsetattr(torch, name(), None)"),
        ("getattr(torch, 'relu')", "import torch\ngetattr(torch, '_C')"),
        ("open(name)", "open(0)"), ("open(True)", "import io\nio.open(4)"),
        ("get_ipython().run_cell('x = 1')", "get_ipython().run_cell('import gc; gc.callbacks')"),
        ("eval('x', {})", "import builtins\nbuiltins.eval(text)"),
        ("get_ipython().run_cell_magic('time', '', 'x = 1')",
         "get_ipython().run_cell_magic('time', '', 'import gc; gc.callbacks')"),
        ("vars(x)", "import sys\nvars(sys)"), ("x.__dict__", "import sys\nsys.__dict__"),
        ("x = y = 1\nx.modules", "x = y = __import__('sys')\ny.modules"),
        ("if (x := 1): x.modules", "import sys\nif (x := sys): x.modules"),
    ],
)  # fmt: skip
def test_of_two_lines_that_look_alike_only_the_one_that_reaches_is_named(honest: str, reaching: str) -> None:
    assert suspicions([("doubled", honest)]) == []
    assert len(suspicions([("doubled", reaching)])) == 1


@pytest.mark.parametrize(
    "text",
    ["x = a" + ".b()" * 3000, "import os as o\no" + ".os" * 3000, "x = " + "type(" * 90 + "sys" + ")" * 90,
     "f" + "(1)" * 1500, "x = 'a'" + " + 'a'" * 2000],
    ids=["calls", "names", "types", "callees", "texts"],
)  # fmt: skip
def test_an_expression_made_to_be_long_is_read_or_named_and_does_no_harm(text: str) -> None:
    said = suspicions([("doubled", text), ("heads", "import ctypes")])
    assert said[-1] == "heads uses ctypes (line 1)."
    assert len(said) == 1 or "too long to be read" in said[0]


def test_an_alias_of_another_cell_is_known() -> None:
    (said,) = suspicions([("cell 1", "import sys as t"), ("cell 2", "t.modules")])
    assert said == "cell 2 uses sys.modules (line 1)."


def test_what_stands_in_the_lesson_is_nobody_s_suspicion() -> None:
    assert suspicions([("cell 1", "import ctypes\nx = 1")], ["import ctypes"]) == []


def test_it_is_told_in_the_verdict_and_shown_first_in_formgrader(grade: Grade) -> None:
    graded = grade({"doubled": f"import sys\nsys.modules\n{small_course.RIGHT['doubled']}"})
    assert graded.score == 10
    assert graded.suspicions == ("doubled uses sys.modules (line 2).",)
    notebook = json.loads(graded.notebook)
    assert notebook["metadata"]["shapewise"]["suspicions"] == list(graded.suspicions)
    assert "sys.modules" in "".join(notebook["cells"][0]["source"])


def test_a_module_beside_the_notebook_is_read_too(grade: Grade) -> None:
    graded = grade(files={"mine.py": b"import gc\ngc.get_objects()"})
    assert graded.suspicions == ("mine.py uses gc.get_objects (line 2).",)


def test_an_honest_notebook_has_no_word_of_it(grade: Grade) -> None:
    graded = grade()
    assert graded.suspicions == ()
    assert "For whoever grades" not in graded.notebook


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_neither_the_lessons_nor_their_solutions_are_named(source: Path) -> None:
    cells = [cell for cell in json.loads(source.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert suspicions([(cell["id"], "".join(cell["source"])) for cell in cells], [], python) == []
