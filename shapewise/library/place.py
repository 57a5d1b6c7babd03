"""Where this code runs -> where the learner's library is, if it runs for a learner at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shapewise.results import learners_folder

__all__ = ["FILE", "MODULE", "cells_run", "library_file"]

MODULE = "mine"
FILE = f"{MODULE}.py"

def library_file() -> Path | None:
    """``mine.py`` in the folder of the notebook that runs; None outside notebooks and where no learner runs them."""
    if getattr(_shell(), "kernel", None) is None:
        return None
    folder = learners_folder(Path.cwd())
    return folder / FILE if folder is not None else None


def cells_run() -> list[str]:
    """The source of each cell that the notebook ran, in that order, this one's included."""
    history = getattr(_shell(), "history_manager", None)
    return list(history.input_hist_parsed) if history is not None else []


def _shell() -> Any:
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    return get_ipython()
