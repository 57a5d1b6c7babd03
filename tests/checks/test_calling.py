"""What one call of a learner's function tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from shapewise.checks.calling import call, signature_of
from shapewise.checks.outcomes import Outcome, Parameter, Request
from shapewise.checks.plain import Opaque, copied


def test_the_value_of_a_tensor_subclass_is_a_plain_tensor() -> None:
    value = call(lambda: torch.nn.Parameter(torch.ones(2))).value
    assert type(value) is torch.Tensor
    assert not value.requires_grad


def test_a_torch_size_arrives_as_a_tuple() -> None:
    value = call(lambda x: x.shape, torch.zeros(2, 3)).value
    assert type(value) is tuple
    assert value == (2, 3)


def test_what_is_no_plain_data_arrives_as_its_description() -> None:
    value = call(lambda: object()).value
    assert isinstance(value, Opaque)
    assert value.kind == "object"


def test_the_callers_tensor_stays_as_it_is_and_the_change_is_told() -> None:
    x = torch.zeros(3)
    outcome = call(lambda x, y: x.add_(1), x, torch.ones(3))
    assert outcome.changed == (0,)
    assert torch.equal(x, torch.zeros(3))


def test_a_change_through_a_view_is_a_change() -> None:
    assert call(lambda x: x[1:].zero_(), torch.ones(3)).changed == (0,)


def test_a_nan_that_stays_is_no_change() -> None:
    assert call(lambda x: x + 1, torch.tensor([float("nan")])).changed == ()


def test_a_named_argument_is_told_by_its_name() -> None:
    assert call(lambda x, *, y: y.zero_(), torch.ones(2), y=torch.ones(2)).changed == ("y",)


def test_arguments_keep_their_strides_and_their_offset() -> None:
    x = torch.arange(24.0).reshape(4, 6)[1:, ::2]
    seen = call(lambda x: (x.stride(), x.storage_offset(), x.tolist()), x).value
    assert seen == (x.stride(), x.storage_offset(), x.tolist())


def test_an_array_with_negative_strides_stays_one() -> None:
    x = np.arange(12.0).reshape(3, 4)[::-1, ::-1]
    copy = copied(x)
    assert copy.strides == x.strides
    assert np.array_equal(copy, x)


@pytest.mark.parametrize("shape", [(0,), (2, 0), ()])
def test_arrays_without_entries_or_without_axes_can_be_arguments(shape: tuple[int, ...]) -> None:
    assert call(lambda x: x.shape, np.zeros(shape)).value == shape
    assert call(lambda x: x.shape, torch.zeros(shape)).value == shape


@pytest.mark.parametrize(
    ("function", "shared"),
    [
        (lambda x: x.T, (0,)),
        (lambda x: x[:, :1], (0,)),
        (lambda x: x.clone(), ()),
        (lambda x: x.numpy(), (0,)),
        (lambda x: (x + 1, x[0]), (0,)),
    ],
)
def test_a_view_shares_memory_and_a_copy_does_not(function: object, shared: tuple[int, ...]) -> None:
    assert call(function, torch.ones(2, 3)).shares_memory == shared  # type: ignore[arg-type]


def test_a_tensor_made_from_an_array_shares_its_memory() -> None:
    assert call(torch.from_numpy, np.ones(3)).shares_memory == (0,)
    assert call(torch.tensor, np.ones(3)).shares_memory == ()


def test_gradients_are_those_of_the_weighted_sum() -> None:
    x, w = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
    gradients = call(lambda x, w: x * w, x, w, grad_weights=torch.tensor([10.0, 100.0])).gradients
    assert torch.equal(gradients[0], torch.tensor([30.0, 400.0]))
    assert torch.equal(gradients[1], torch.tensor([10.0, 200.0]))


def test_a_detached_argument_has_no_gradient() -> None:
    gradients = call(lambda x, w: x.detach() * w, torch.ones(2), torch.ones(2), grad_weights=torch.ones(2)).gradients
    assert gradients[0] is None
    assert gradients[1] is not None


def test_a_loop_dispatches_more_operations_for_a_larger_input_and_an_operation_on_the_whole_does_not() -> None:
    def loop(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([row.sum() for row in x])

    def count(function: object, rows: int) -> int | None:
        return call(function, torch.ones(rows, 3), count_operations=True).operations  # type: ignore[arg-type]

    assert count(loop, 9) > count(loop, 3)  # type: ignore[operator]
    assert count(lambda x: x.sum(1), 9) == count(lambda x: x.sum(1), 3)


@pytest.mark.parametrize("kind", [ValueError, SystemExit, GeneratorExit, RecursionError])
def test_an_exception_is_told_and_not_raised(kind: type[BaseException]) -> None:
    def function() -> None:
        raise kind("so")

    error = call(function).error
    assert error is not None
    assert (error.kind, error.message) == (kind.__name__, "so")
    assert error.is_a(kind)


def test_an_exception_tells_the_line_of_the_functions_own_file() -> None:
    def function(x: torch.Tensor) -> torch.Tensor:
        return x.view(5)

    error = call(function, torch.ones(4)).error
    assert error is not None
    assert error.source == "return x.view(5)"


def test_an_exception_without_a_readable_message_is_told_too() -> None:
    class OddError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def function() -> None:
        raise OddError

    error = call(function).error
    assert error is not None
    assert error.kind == "OddError"


def test_a_keyboard_interrupt_stops_the_caller() -> None:
    def function() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(function)


def test_asking_for_the_result_of_a_failed_call_is_an_assertion_error() -> None:
    def function() -> None:
        raise ValueError("width 8")

    with pytest.raises(AssertionError, match=r"ValueError.*width 8"):
        _ = call(function).result


def test_a_function_that_runs_elsewhere_gets_the_request_and_its_outcome_is_taken() -> None:
    class Elsewhere:
        __shapewise_signature__ = (Parameter("x", False, "POSITIONAL_OR_KEYWORD"),)

        def __call__(self, x: int) -> int:
            raise AssertionError("not here")

        def __shapewise_call__(self, request: Request) -> Outcome:
            return Outcome(value=(request.args, dict(request.kwargs), request.count_operations))

    proxy = Elsewhere()
    assert call(proxy, 3, count_operations=True, y=4).value == ((3,), {"y": 4}, True)
    assert signature_of(proxy) == Elsewhere.__shapewise_signature__


def test_a_signature_is_names_defaults_and_kinds() -> None:
    def function(x: int, *, y: int = 2) -> None: ...

    assert signature_of(function) == (
        Parameter("x", False, "POSITIONAL_OR_KEYWORD"), Parameter("y", True, "KEYWORD_ONLY"),
    )


def test_figures_that_the_call_opens_are_closed_and_the_ones_before_it_stay() -> None:
    import matplotlib
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    mine = plt.figure()
    picture = call(lambda: plt.subplots()[1]).value
    assert picture.x_label == ""
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


@pytest.mark.parametrize("origin", ["upper", "lower"])
def test_row_0_of_a_picture_lies_at_the_top_of_its_extent_whichever_way_up_it_is_drawn(origin: str) -> None:
    def draw(weights: torch.Tensor) -> object:
        axes = Figure().add_subplot()
        axes.imshow(weights, origin=origin)
        return axes

    assert call(draw, torch.rand(2, 3)).value.images[0].extent == (-0.5, 2.5, 1.5, -0.5)


def test_row_0_of_a_mesh_lies_at_the_top_of_its_extent() -> None:
    def draw(weights: torch.Tensor) -> object:
        axes = Figure().add_subplot()
        axes.pcolormesh(weights)
        return axes

    assert call(draw, torch.rand(2, 3)).value.images[0].extent == (0, 3, 2, 0)


@pytest.mark.parametrize("place", ["center", "left", "right", "figure"])
def test_a_title_is_a_title_wherever_matplotlib_puts_it(place: str) -> None:
    def draw() -> object:
        axes = Figure().add_subplot()
        if place == "figure":
            axes.figure.suptitle("Weights")
        else:
            axes.set_title("Weights", loc=place)
        return axes

    assert call(draw).value.title == "Weights"


def test_the_torch_operations_that_ran_are_told_by_name() -> None:
    outcome = call(lambda x: torch.softmax(x - 1, 0), torch.ones(3), count_operations=True)
    assert outcome.used == ("_softmax", "sub")
    assert call(lambda x: x - 1, torch.ones(3)).used == ()


def _refuses(x: torch.Tensor) -> None:
    raise ValueError("own words")


def _asserts(x: torch.Tensor) -> None:
    assert x.sum() > 5


def _left_to_torch(x: torch.Tensor) -> torch.Tensor:
    return x.view(77)


def _left_to_a_library(x: torch.Tensor) -> object:
    return np.broadcast_shapes((2,), (3,))


class _Layer(torch.nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor | None = None) -> torch.Tensor:
        return _refuses(x)


@pytest.mark.parametrize(
    ("function", "deliberate"),
    [(_refuses, True), (_asserts, True), (lambda x: _refuses(x), True), (_Layer(), True),
     (partial(_refuses), True), (_left_to_torch, False), (_left_to_a_library, False)],
)
def test_an_exception_of_the_functions_own_raise_or_assert_is_told_from_one_of_a_library(
    function: Callable[..., Any], deliberate: bool
) -> None:
    error = call(function, torch.ones(3)).error
    assert error is not None
    assert error.deliberate is deliberate


def test_the_signature_of_a_module_is_that_of_its_forward() -> None:
    parameters = signature_of(_Layer())
    assert parameters is not None
    assert [parameter.name for parameter in parameters] == ["x", "y"]


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
def test_a_scripted_function_can_be_called_and_its_operations_are_counted() -> None:
    @torch.jit.script
    def doubled(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    outcome = call(doubled, torch.ones(2), count_operations=True)
    assert outcome.result.tolist() == [2, 2]
    assert outcome.used == ("mul",)


def test_a_list_that_holds_itself_is_told_at_once() -> None:
    def endless() -> list[object]:
        inside: list[object] = [1, 2]
        inside.extend([inside] * 3)
        return inside

    value = call(endless).value
    assert value[:2] == [1, 2]
    assert [type(part).__name__ for part in value[2:]] == ["Opaque"] * 3
