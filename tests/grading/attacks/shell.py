"""Tampering with what runs the tests: IPython, assert, the names that tests use, the package that calls."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

ATTACKS = (
    Attack(
        "run_cell is replaced by one that always succeeds",
        "the shell that runs the tests",
        {"doubled": NOTHING + """
from types import SimpleNamespace
shell = get_ipython()
good = SimpleNamespace(success=True, error_before_exec=None, error_in_exec=None, result=3.0)
for name in ("run_cell", "run_cell_async", "run_ast_nodes", "run_code", "_run_cell"):
    setattr(type(shell), name, lambda *a, **k: good)
    setattr(shell, name, lambda *a, **k: good)
"""},
        {"doubled": RIGHT + """
shell = get_ipython()
def count_words(line):
    print(len(line.split()))
shell.register_magic_function(count_words, "line")
get_ipython().run_line_magic("count_words", "one two")
"""},
    ),
    Attack(
        "an AST transformer takes every assert out",
        "the asserts",
        {"doubled": NOTHING + """
import ast
class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(NoAsserts())
"""},
        {"doubled": RIGHT + """
import ast
class Same(ast.NodeTransformer):
    def visit_Assert(self, node):
        return node
get_ipython().ast_transformers.append(Same())
assert doubled(torch.ones(1)).item() == 2
"""},
    ),
    Attack(
        "an input transformer empties every cell after this one",
        "the text of the tests",
        {"doubled": NOTHING + "get_ipython().input_transformers_cleanup.append(lambda lines: ['3.0\\n'])\n"},
        {"doubled": RIGHT + "\nget_ipython().input_transformers_cleanup.append(lambda lines: lines)\n"},
    ),
    Attack(
        "exceptions are swallowed by a custom handler and an empty traceback",
        "how a failed test is noticed",
        {"doubled": NOTHING + """
import sys, builtins
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *a, **k: None)
shell.showtraceback = shell.showsyntaxerror = lambda *a, **k: None
sys.excepthook = lambda *a: None
class AssertionError(Exception):
    def __new__(cls, *a):
        return 3.0
builtins.AssertionError = AssertionError
"""},
        {"doubled": RIGHT + """
def handler(shell, kind, error, trace, tb_offset=None):
    print("oh no:", error)
get_ipython().set_custom_exc((ZeroDivisionError,), handler)
1 / 0
"""},
    ),
    Attack(
        "events before and after each cell repair its result",
        "the results of later cells",
        {"doubled": NOTHING + """
def mend(result):
    result.error_in_exec = result.error_before_exec = None
    result.result = 3.0
get_ipython().events.register("post_run_cell", mend)
get_ipython().events.register("pre_run_cell", lambda info: setattr(info, "raw_cell", "3.0"))
"""},
        {"doubled": RIGHT + """
get_ipython().events.register("pre_run_cell", lambda info: print("next cell"))
"""},
    ),
    Attack(
        "shapewise.call and observe are replaced by ones that answer what a test wants to hear",
        "the mechanism that calls a student's function",
        {"doubled": NOTHING + """
import shapewise, shapewise.checks, shapewise.checks.calling as calling, shapewise.grading.student.serve as student
class Yes:
    def __getattr__(self, name):
        return self
    def __eq__(self, other):
        return True
    def __call__(self, *a, **k):
        return self
    __hash__ = None
for module in (shapewise, shapewise.checks, calling, student):
    for name in ("call", "check", "observe", "Outcome", "plain"):
        setattr(module, name, Yes())
"""},
        {"doubled": RIGHT + """
from shapewise import call
assert call(doubled, torch.ones(2)).result.tolist() == [2, 2]
"""},
    ),
    Attack(
        "the process that serves the judge says that the test was passed",
        "the verdict",
        {"doubled": NOTHING + """
import shapewise.grading.student.serve as student
win = {"verdict": "passed", "score": 3.0, "points": 3.0, "outcome": None, "error": None, "outputs": []}
student._call.__code__ = (lambda shell, name, request: {"verdict": "passed", "score": 3.0}).__code__
student._names.__defaults__ = None
"""},
        {"doubled": RIGHT + "\nimport shapewise.grading.student.serve as student\nprint(student.__doc__)\n"},
    ),
    Attack(
        "the function carries a __shapewise_call__ and a signature of its own",
        "the judge's belief that it talks to a proxy",
        {"doubled": NOTHING + """
from shapewise.checks.outcomes import Outcome
class Anything(torch.Tensor):
    def __eq__(self, other):
        return True
    __hash__ = None
doubled.__shapewise_call__ = lambda request: Outcome(value=Anything())
doubled.__shapewise_signature__ = Anything()
doubled.__signature__ = "(x)"
doubled.__doc__ = "3.0"
"""},
        {"doubled": """
import functools
def counted(function):
    @functools.wraps(function)
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)
    wrapper.calls = 0
    return wrapper
@counted
def doubled(x):
    return x * 2
"""},
    ),
    Attack(
        "the names that tests use are given other meanings in the notebook",
        "what call, check, torch and assert mean in a test",
        {"doubled": NOTHING + """
class Agreeable:
    def __getattr__(self, name):
        return lambda *a, **k: True
torch = np = Agreeable()
call = check = isinstance = len = lambda *a, **k: True
import sys
sys.modules["torch"] = sys.modules["shapewise"] = torch
"""},
        {"doubled": """
import torch as T
call = 3
def check(values):
    return sum(values)
def doubled(x):
    return T.add(x, x)
"""},
    ),
    Attack(
        "built-in functions are replaced",
        "isinstance, all, len and the rest in a test",
        {"doubled": NOTHING + """
import builtins
for name in ("isinstance", "all", "any", "bool"):
    setattr(builtins, name, lambda *a: True)
builtins.print = lambda *a, **k: None
"""},
        {"doubled": """
def sum(values):
    return values + values
def doubled(x):
    input = x
    return sum(input)
"""},
    ),
    Attack(
        "a trace function and a profiler jump over the tests",
        "the test's own frames",
        {"doubled": """
import sys, threading
def jump(frame, event, arg):
    for name in ("expected", "outcome", "x"):
        if name in frame.f_locals and frame.f_code.co_name == "<module>":
            raise RuntimeError("BREA" "CH", frame.f_locals)
    return jump
sys.settrace(jump)
sys.setprofile(jump)
threading.settrace(jump)
def doubled(x):
    sys.settrace(jump)
    return x
"""},
        {"doubled": """
import sys
def doubled(x):
    lines = []
    sys.settrace(lambda frame, event, arg: lines.append(event))
    try:
        return x * 2
    finally:
        sys.settrace(None)
"""},
    ),
)
