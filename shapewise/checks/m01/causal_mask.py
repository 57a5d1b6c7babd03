"""causal_mask: what its check tries."""

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="causal_mask(queries, keys)",
    notebook="6_build",
    points=3,
    axes=("query", "key"),
    result="mask",
    cases=(
        Case("4 queries, 4 keys", lambda: (4, 4)),
        Case("3 queries, 5 keys", lambda: (3, 5)),
        Case("2 queries, 7 keys", lambda: (2, 7), edge=True),
        Case("1 query, 6 keys: generating", lambda: (1, 6), edge=True),
        Case("1 query, 1 key", lambda: (1, 1), edge=True),
        Case("no queries, 3 keys", lambda: (0, 3), edge=True),
        Case("no queries, no keys", lambda: (0, 0), edge=True),
    ),
)
