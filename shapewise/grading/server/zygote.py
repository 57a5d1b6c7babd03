"""The warm server's start: import everything once, shut oneself in, say that one is ready, then fork for others.

What it does from then on is ``forking``'s. Nothing heavy is imported before there is a reason to.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import shutil
import signal
import socket
import sys
import tempfile

from shapewise.grading.server.forking import JUDGE, STUDENT, Server

__all__ = ["main"]

# What nearly every notebook makes somebody import: numpy and IPython do so late, torch for tensors on the device meta.
_NEEDED_LATER = (
    "numpy.random", "IPython.core.logger", "bdb", "colorsys", "importlib.resources.readers", "torch.testing",
    "sympy", "torch._subclasses.schema_check_mode", "shapewise.grids", "shapewise.figures",
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """``descriptor hidden limits``: import, enter the sandbox, report readiness or the reason against, serve.

    ``hidden`` is a descriptor to read the hidden folders from; -1 does without a sandbox.
    """
    owner = socket.socket(fileno=int(arguments[0]))
    try:
        server = _prepare(owner, int(arguments[1]), arguments[2])
    except (OSError, RuntimeError) as error:
        _greet(owner, f"!{error}")
        return
    if _greet(owner, f".{server.resources}"):
        server.serve()


def _greet(owner: socket.socket, said: str) -> bool:
    """Say that the server is ready, or why not; False where the owner has left already."""
    try:
        owner.sendall(f"{said}\n".encode())
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _prepare(owner: socket.socket, hidden: int, limits_text: str) -> Server:
    import json

    fonts = "" if "MPLCONFIGDIR" in os.environ else tempfile.mkdtemp()  # a home it has none to keep their list in
    os.environ.setdefault("MPLCONFIGDIR", fonts)
    gc.disable()  # imports leave nothing to collect, and looking for it takes a sixth of the time

    import torch

    from shapewise import checks, explorers
    from shapewise.grading.kernel.cells import make_shell, warm_up
    from shapewise.grading.messages.verdicts import Limits
    from shapewise.grading.server import sandbox

    for room in (JUDGE, STUDENT):
        importlib.import_module(room)  # here, so that no child has to
    for package in (checks, explorers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)
    for name in _NEEDED_LATER:
        importlib.import_module(name)
    for exercise in checks.catalogue.names():
        checks.catalogue.recorded(exercise)
    torch.set_num_threads(1)
    # Every process here is forked. Where torch knows that, it does not note, at each seed and with a stack trace, what
    # to do should a GPU be asked for later.
    for device in (torch.cuda, torch.xpu, torch.mtia):
        device._is_in_bad_fork = lambda: True  # type: ignore[attr-defined]
    shell = make_shell()
    warm_up(shell)
    shutil.rmtree(fonts, ignore_errors=True)
    world = sandbox.enter_world(hidden) if hidden >= 0 else None
    if world is not None:
        os.environ.clear()
        sandbox.forget_the_beginning()
        os.environ.update(_environment())
        tempfile.tempdir = None  # to be found anew, by that environment
    gc.collect()
    gc.enable()
    gc.freeze()  # so that a child's garbage collector touches, and copies, none of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to handle
    return Server(owner, shell, Limits(**json.loads(limits_text)), world)


def _environment() -> dict[str, str]:
    from shapewise.grading.server.mounts import SCRATCH

    return {
        "HOME": SCRATCH, "USER": "student", "LOGNAME": "student", "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8", "TMPDIR": f"{SCRATCH}/tmp", "MPLCONFIGDIR": f"{SCRATCH}/tmp", "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1", "NBGRADER_EXECUTION": "autograde", "TERM": "xterm-color", "PAGER": "cat",
        "GIT_PAGER": "cat", "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # No network: pip says so at once, instead of trying again and again. No compiler: functions run as written.
        "PIP_NO_INDEX": "1", "PIP_NO_INPUT": "1", "TORCH_COMPILE_DISABLE": "1",
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
