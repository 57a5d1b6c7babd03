"""broadcast_shape: what its check tries."""

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]


def _case(
    one: tuple[int, ...], other: tuple[int, ...], note: str = "", *, edge: bool = False, clash: bool = False
) -> Case:
    told = f"{note}: {one} with {other}" if note else f"{one} with {other}"
    return Case(f"{told}, which clash" if clash else told, lambda: (one, other), edge)


EXERCISE = Exercise(
    signature="broadcast_shape(a, b)",
    notebook="2_operations",
    points=5,
    result="result",
    cases=(
        _case((1, 1, 4), (7, 1)),
        _case((7, 1), (1, 1, 5)),
        _case((8, 1, 3), (5, 3)),
        _case((6, 1), (1, 3)),
        _case((6,), (2, 4, 6)),
        _case((4, 7), (1,)),
        _case((2, 6), (2, 6)),
        _case((5, 8), (2, 8), clash=True),
        _case((5, 8), (5,), clash=True),
        _case((2, 4, 6), (9, 1, 6), clash=True),
        _case((), (4, 2), "no axes", edge=True),
        _case((1, 1), (), "no axes", edge=True),
        _case((), (), "no axes in both", edge=True),
        _case((1, 1, 1, 1), (6,), "nothing but 1s", edge=True),
        _case((5, 1), (5, 0), "a length of 0", edge=True),
        _case((4, 0), (), "a length of 0", edge=True),
        _case((0, 6), (0, 6), "a length of 0 in both", edge=True),
        _case((0, 7), (4, 7), "a length of 0", edge=True, clash=True),
        _case((6, 5), (6, 0), "a length of 0", edge=True, clash=True),
    ),
)
