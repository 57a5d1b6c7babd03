"""A forked process -> one in which a notebook's code finds what it finds in a kernel.

A kernel gives its cells streams with descriptors, an event loop, a folder of IPython's to write to, modules beside the
notebook. It has no terminal, so nobody answers ``input``; here there is no display and no network either, and both say
so, or do without, rather than cost a student the cell.
"""

from __future__ import annotations

import asyncio
import builtins
import functools
import getpass
import os
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import matplotlib.pyplot as plt
import torch
from IPython.core.error import StdinNotImplementedError

from shapewise.grading.kernel.cells import Shell
from shapewise.grading.kernel.outputs import OutStream

__all__ = ["become_notebook", "find_modules_beside_the_notebook"]

_INLINE = "module://matplotlib_inline.backend_inline"
_STILL = {_INLINE, "inline", "agg", "pdf", "ps", "svg", "pgf", "cairo", "template"}
_OPTIONS = {  # of torch.compile: whoever asks for something else learns from torch itself whether there is such a thing
    "backend": {"inductor", "eager", "aot_eager"},
    "mode": {"default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs"},
}
_MOST_WAITING = 2**20  # bytes on a descriptor that are looked at at once; what is more is let go of


def become_notebook(shell: Shell) -> None:
    """Make this process, freshly forked and in its working folder, the kernel of one notebook."""
    _catch_descriptors(shell)
    shell.loop = asyncio.new_event_loop()
    asyncio.set_event_loop(shell.loop)
    shell.ipython_dir = tempfile.mkdtemp(prefix="ipython-")
    shell.home_dir = os.environ.get("HOME", "/")
    sys.argv = ["ipykernel_launcher.py", "-f", "kernel.json"]
    find_modules_beside_the_notebook()
    builtins.input = _nobody_answers("raw_input")
    getpass.getpass = _nobody_answers("getpass")
    sys.breakpointhook = lambda *_, **__: None  # a kernel without a debugger at its other end goes on, too
    _draw_still_pictures()
    _compile_nothing()
    _say_that_there_is_no_network()


def _catch_descriptors(shell: Shell) -> None:
    """What processes that a cell starts write on descriptors 1 and 2 goes to files, and from there to the outputs."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    files = {name: _file_for(descriptor) for descriptor, name in ((1, "stdout"), (2, "stderr"))}
    seen = dict.fromkeys(files, 0)
    busy = False

    def drain() -> None:
        nonlocal busy
        if busy:  # what is fetched is written, and before each writing is fetched
            return
        busy = True
        with suppress(OSError):
            for name, descriptor in files.items():
                size = os.fstat(descriptor).st_size
                if size > seen[name]:
                    text = os.pread(descriptor, min(size - seen[name], _MOST_WAITING), seen[name])
                    seen[name] = size
                    shell.outputs.write(name, text.decode(errors="replace"))
                if size > _MOST_WAITING:
                    os.ftruncate(descriptor, 0)
                    seen[name] = 0
        busy = False

    shell.drain = drain
    sys.stdout = OutStream(lambda: shell.outputs, "stdout", 1, nowhere)
    sys.stderr = OutStream(lambda: shell.outputs, "stderr", 2, nowhere)


def _file_for(descriptor: int) -> int:
    """A file without a name under that descriptor; returns one of this process' own for it."""
    file = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR | os.O_APPEND)
    os.dup2(file, descriptor)
    return file


def find_modules_beside_the_notebook() -> None:
    """As a kernel does: the working folder comes after Python's own modules and before those that are installed.

    Whatever the engine needs in this process is imported by now, so that no file of a student's can take its place.
    """
    installed = (at for at, path in enumerate(sys.path) if Path(path).name in ("site-packages", "dist-packages"))
    sys.path.insert(next(installed, 0), "")


def _nobody_answers(asked: str) -> Any:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise StdinNotImplementedError(f"{asked} was called, but this frontend does not support input requests.")

    return refuse


def _draw_still_pictures() -> None:
    """A backend that wants a window, a browser or a package that is not here draws into the notebook instead."""
    switch = plt.switch_backend

    def switch_backend(newbackend: str) -> None:
        try:
            switch(newbackend if str(newbackend).lower() in _STILL else _INLINE)
        except ImportError:
            switch(_INLINE)

    plt.switch_backend = switch_backend


def _compile_nothing() -> None:
    """``torch.compile`` leaves functions as they are written (TORCH_COMPILE_DISABLE): same values, no time lost.

    Compiling takes a C++ compiler, a folder for what it makes, and longer than most notebooks do. Torch itself, once
    asked, would import all of its compiler, for seconds.
    """
    real = torch.compile

    @functools.wraps(real)
    def compile(model: Any = None, *, fullgraph: bool = False, dynamic: bool | None = None, **options: Any) -> Any:
        known = all(isinstance(value, str) and value in _OPTIONS.get(name, ()) for name, value in options.items())
        if not known or (model is not None and not callable(model)):
            return real(model, dynamic=dynamic, **options)  # told not to compile, it fails a demand for a whole graph
        return (lambda function: function) if model is None else model

    torch.compile = compile


def _say_that_there_is_no_network() -> None:
    look_up = socket.getaddrinfo

    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        try:
            return look_up(*args, **kwargs)
        except socket.gaierror as error:
            raise socket.gaierror(error.errno, "There is no network while a notebook is graded") from None

    socket.getaddrinfo = getaddrinfo
