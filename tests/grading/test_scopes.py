"""The names that a test takes from the cells before it, found by Python's own scopes."""

from __future__ import annotations

import pytest

from shapewise.grading.messages.scopes import free_names

CASES = {
    "a name that a comprehension uses too": ("[x for x in xs]; assert x == 3", {"xs", "x"}),
    "a comprehension's own name": ("assert f(1) == [x for x in range(3)]", {"f"}),
    "a name that is read, then bound": ("total = total + 1\nassert total == 2", {"total"}),
    "a name that is added to": ("count += 1", {"count"}),
    "a name that is bound, then read": ("total = 1\nassert f(total)", {"f"}),
    "a name bound on one way only": ("if f():\n    x = 1\nprint(x)", {"f", "x"}),
    "a name bound on both ways": ("if f():\n    x = 1\nelse:\n    x = 2\nprint(x)", {"f"}),
    "a name that is looked for": ("try:\n    answer\nexcept NameError:\n    answer = None\nprint(answer)", {"answer"}),
    "an exception's name": ("try:\n    f()\nexcept ValueError as error:\n    print(error)", {"f"}),
    "a parameter": ("def helper(x, *, y=z):\n    return x + y + w\nhelper(1)", {"z", "w"}),
    "a helper's own variable": ("def helper():\n    x = f()\n    return x\nassert helper()", {"f"}),
    "what a helper reads and the test binds after it": ("def helper():\n    return x\nx = 1\nhelper()", set()),
    "a lambda's parameter": ("assert list(map(lambda x: x + k, xs))", {"k", "xs"}),
    "a class body's names": ("class A:\n    y = x\n    z = y\nA().z", {"x"}),
    "a method's names": ("class A:\n    def m(self):\n        return f(self)\nA().m()", {"f"}),
    "a global that a helper sets": ("def helper():\n    global n\n    n = 1\nhelper()\nassert f() and n", {"f", "n"}),
    "a name that is only declared": ("x: int\nprint(x)", {"x"}),
    "a declared name that gets a value": ("x: int = 1\nprint(x)", set()),
    "an attribute that is only declared": ("thing.x: int", {"thing"}),
    "a walrus": ("if (n := f()) > 1:\n    print(n)", {"f"}),
    "a loop's name after the loop": ("for i in xs:\n    pass\nprint(i)", {"xs"}),
    "a pattern's names": ("match f():\n    case [a, *b]:\n        print(a, b)", {"f"}),
    "what is imported": ("import os.path as p, sys\nfrom math import pi\np, sys, pi", set()),
    "what is built in": ("print(len(display(sorted([]))), __name__)", set()),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_test_takes_from_elsewhere_is_found(case: str) -> None:
    code, wanted = CASES[case]
    assert free_names(code) == wanted
