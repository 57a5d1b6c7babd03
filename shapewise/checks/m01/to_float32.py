"""to_float32: what its check tries."""

import numpy as np

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="to_float32(array)",
    notebook="2_operations",
    points=4,
    own_memory=True,
    cases=(
        Case("a float64 array of shape (2, 4)", lambda: (np.arange(8.0).reshape(2, 4) / 3,)),
        Case("a float32 array of shape (4,)", lambda: (np.arange(4, dtype=np.float32),)),
        Case("an int64 array of shape (4, 2)", lambda: (np.arange(8).reshape(4, 2),)),
        Case("an int32 array of shape (3,)", lambda: (np.arange(3, dtype=np.int32),), edge=True),
        Case("a float16 array of shape (3,)", lambda: (np.arange(3, dtype=np.float16),), edge=True),
        Case("a mask of shape (2, 2), bool", lambda: (np.array([[True, False], [False, True]]),), edge=True),
        Case("a number without axes, float64", lambda: (np.array(2.5),), edge=True),
        Case("a number without axes, float32", lambda: (np.array(1.5, dtype=np.float32),), edge=True),
        Case("a float64 array that runs backwards", lambda: (np.arange(5.0)[::-1],), edge=True),
        Case("a float32 array that runs backwards", lambda: (np.arange(6, dtype=np.float32).reshape(2, 3)[:, ::-1],),
             edge=True),
        Case("a transposed array of shape (4, 2)", lambda: (np.arange(8.0).reshape(2, 4).T,), edge=True),
        Case("every other column of a float32 array", lambda: (np.arange(12, dtype=np.float32).reshape(2, 6)[:, ::2],),
             edge=True),
        Case("an array of shape (0, 3)", lambda: (np.zeros((0, 3)),), edge=True),
        Case("a float32 array of shape (2, 0)", lambda: (np.zeros((2, 0), dtype=np.float32),), edge=True),
    ),
)
