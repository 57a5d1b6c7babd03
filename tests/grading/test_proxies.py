"""What stands for a student's function where the tests run."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from shapewise.checks.calling import call, signature_of
from shapewise.checks.outcomes import Outcome, Parameter, Raised, Request
from shapewise.grading.judge.proxies import Proxy

PARAMETERS = (
    Parameter("x", False, "POSITIONAL_OR_KEYWORD"), Parameter("y", True, "POSITIONAL_OR_KEYWORD"),
    Parameter("rest", False, "VAR_POSITIONAL"), Parameter("z", True, "KEYWORD_ONLY"),
)  # fmt: skip


def proxy(outcome: Outcome | None = None, parameters: Any = PARAMETERS) -> Proxy:
    """A proxy whose calls end with that outcome, or with what was asked as their value."""

    def ask(name: str, request: Request) -> Outcome:
        asked = (name, request.args, dict(request.kwargs), request.count_operations)
        return Outcome(value=asked) if outcome is None else outcome

    return Proxy("doubled", parameters, "Doubles.", ask)


def raised(*bases: str) -> Proxy:
    return proxy(Outcome(error=Raised(bases[0], bases, "so")))


def test_it_has_the_name_the_docstring_and_the_signature_of_the_function() -> None:
    function = proxy()
    assert (function.__name__, function.__qualname__, function.__doc__) == ("doubled", "doubled", "Doubles.")
    assert str(inspect.signature(function)) == "(x, y=None, *rest, z=None)"
    assert signature_of(function) == PARAMETERS


def test_a_call_carries_name_and_arguments_and_gives_the_value() -> None:
    assert proxy()(1, 2, z=3) == ("doubled", (1, 2), {"z": 3}, False)


def test_what_call_asks_for_is_asked_for() -> None:
    assert call(proxy(), 1, count_operations=True).value == ("doubled", (1,), {}, True)


@pytest.mark.parametrize(
    ("bases", "kind"),
    [(("ValueError", "Exception"), ValueError), (("MyError", "KeyError", "LookupError"), KeyError),
     (("MyError", "Exception", "BaseException"), Exception)],
)  # fmt: skip
def test_a_plain_call_raises_the_nearest_built_in_kind(bases: tuple[str, ...], kind: type[Exception]) -> None:
    with pytest.raises(kind, match="so") as error:
        raised(*bases)()
    assert type(error.value) is kind


@pytest.mark.parametrize("bases", [("SystemExit", "BaseException"), ("MyError",), ("print",), ("int", "object")])
def test_what_is_no_exception_of_python_s_own_is_told_as_a_runtime_error(bases: tuple[str, ...]) -> None:
    with pytest.raises(RuntimeError, match=f"{bases[0]}: so"):
        raised(*bases)()


def test_an_exception_that_a_message_does_not_make_is_told_as_a_runtime_error() -> None:
    with pytest.raises(RuntimeError, match="UnicodeDecodeError: so"):
        raised("UnicodeDecodeError", "ValueError")()


@pytest.mark.parametrize(
    "parameters",
    [None, (Parameter("x", False, "NO_KIND"),), (Parameter("not a name", False, "KEYWORD_ONLY"),),
     (Parameter("x", False, "KEYWORD_ONLY"), Parameter("y", False, "POSITIONAL_ONLY"))],
)  # fmt: skip
def test_without_a_signature_that_can_be_it_has_that_of_any_call(parameters: Any) -> None:
    function = proxy(parameters=parameters)
    assert str(inspect.signature(function)) == "(*args: 'Any', **kwargs: 'Any') -> 'Any'"
    assert function(1, y=2) == ("doubled", (1,), {"y": 2}, False)


def test_a_function_without_parameters_has_an_empty_signature() -> None:
    assert str(inspect.signature(proxy(parameters=()))) == "()"
