"""What every test of a judge meets, as it was at first -> whether a test has left any of it changed.

Test cells are the instructor's and may set what they like: torch's default dtype, how arrays are printed, a folder on
the path. In a kernel of its own that ends with the notebook, so a judge that was changed grades no other one.
"""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch

from shapewise.grading.kernel.cells import Shell

__all__ = ["Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """The names of a fresh notebook, and the settings of what is imported."""

    shell: Shell
    names: frozenset[str]
    settings: tuple[Any, ...]

    @classmethod
    def of(cls, shell: Shell) -> Surroundings:
        """As they are now."""
        return cls(shell, frozenset(shell.user_ns), _settings())

    def restored(self) -> bool:
        """Take away the names that tests have left; False where a setting is not what it was."""
        for name in set(self.shell.user_ns) - self.names:
            del self.shell.user_ns[name]
        return self.names == frozenset(self.shell.user_ns) and self.settings == _settings()


def _settings() -> tuple[Any, ...]:
    """What can be compared of the settings that other code depends on."""
    return (
        torch.get_default_dtype(), torch.is_grad_enabled(), torch.are_deterministic_algorithms_enabled(),
        str(torch.get_default_device()), torch.get_num_threads(), repr(vars(torch._tensor_str.PRINT_OPTS)),
        repr(np.geterr()), repr(np.get_printoptions()), tuple(warnings.filters), tuple(sys.path), dict(os.environ),
        Path.cwd(), sys.getrecursionlimit(), id(sys.stdout), id(sys.stderr),
        matplotlib.rcParams.copy(),
    )  # fmt: skip
