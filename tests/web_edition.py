"""The web edition, built once for all tests by the command that a reader would run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
_LONGEST = 900
_Takes, _Gives = ParamSpec("_Takes"), TypeVar("_Gives")


def apart(function: Callable[_Takes, _Gives], *args: _Takes.args, **kwargs: _Takes.kwargs) -> _Gives:
    """Call it in a thread without an event loop: in pytest's own, playwright's runs once a browser test was there."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args, **kwargs).result()


def build(to: Path) -> Path:
    """Run ``docs/make_site.py``; what it says is told if it fails."""
    command = [sys.executable, "docs/make_site.py", "--to", str(to)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_LONGEST)
    assert done.returncode == 0, done.stderr[-4000:]
    return to


def built_once(folder: Path) -> Path:
    """The site in a folder that all of pytest's workers share; the first one that comes builds it."""
    with FileLock(folder / "site.lock"):
        site = folder / "site"
        return site if site.exists() else build(site)
