"""A student's process: requests from the judge -> cells run, names told, functions called.

Everything here runs next to a student's code and can be changed by it, so nothing it answers is trusted: ``judge``
reads every answer as data. It runs inside ``sandbox.enter_cell`` and holds no test, no solution, nothing of another
student.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from shapewise.checks.calling import observe, signature_of
from shapewise.checks.outcomes import Outcome, Raised
from shapewise.checks.plain import plain
from shapewise.grading.kernel.cells import Shell, seed
from shapewise.grading.kernel.notebook import become_notebook
from shapewise.grading.messages.verdicts import COMPILER
from shapewise.grading.messages.wire import WireError, decode, encode, receive, send_message

__all__ = ["serve"]


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def serve(connection: socket.socket, shell: Shell) -> None:
    """Answer the judge's requests until it hangs up. The answer to each is a dict."""
    become_notebook(shell)
    seed()
    while True:
        try:
            request = receive(connection)
        except (EOFError, OSError):
            return
        if request["do"] == "ahead":
            answer = {"answers": [_answer(shell, decode(asked)) for asked in request["requests"]]}
            send_message(connection, encode(answer))
        else:
            send_message(connection, _answer(shell, request))


def _answer(shell: Shell, request: dict[str, Any]) -> bytes:
    """The answer to one request, as a message: what is done later changes nothing of it."""
    answers: dict[str, Callable[..., dict[str, Any]]] = {"files": _files, "run": _run, "names": _names, "call": _call}
    answer = answers[request.pop("do")](shell, **request)
    answer["compiler"] = COMPILER in sys.modules
    try:
        return encode(answer)
    except WireError as error:
        return encode({"too_large": str(error)})


def _files(shell: Shell, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Lay the assignment's files, and the student's own, into the working folder."""
    for name, content in files.items():
        path = Path(*PurePosixPath(name).parts)
        with contextlib.suppress(OSError):  # a student's folder where the assignment has a file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return {}


def _run(shell: Shell, code: str, figures: bool, most_characters: int) -> dict[str, Any]:
    before = time.process_time()
    ran = shell.run(code, figures=figures, most_characters=most_characters)
    return {
        "outputs": ran.outputs,
        "error": None if ran.error is None else type(ran.error).__name__,
        "figures": ran.figures,
        "cpu": time.process_time() - before,
    }


def _names(shell: Shell, names: list[str], imports: list[str]) -> dict[str, Any]:
    """What stands under each name, after these imports: a function with its signature, a module, or plain data."""
    for statement in imports:
        with contextlib.suppress(Exception):  # a package that only the test's own process finds is no fault of this one
            exec(statement, shell.user_ns)
    return {"names": {name: _described(shell.user_ns[name]) for name in names if name in shell.user_ns}}


def _described(value: Any) -> dict[str, Any]:
    if isinstance(value, ModuleType):
        return {"kind": "module"}
    if callable(value):
        try:
            parameters = signature_of(value)
        except Exception:
            parameters = None
        return {"kind": "function", "parameters": parameters, "doc": str(getattr(value, "__doc__", "") or "")[:2000]}
    return {"kind": "data", "value": plain(value)}


def _call(shell: Shell, name: str, request: Any) -> dict[str, Any]:
    before = time.process_time()
    # What a function prints while it is tested is not kept: it would tell the inputs of hidden tests.
    with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
        try:
            outcome = observe(shell.user_ns[name], request)
        except BaseException as error:
            bases = tuple(base.__name__ for base in type(error).__mro__)
            outcome = Outcome(error=Raised(type(error).__name__, bases, str(error)[:2000]))
    return {"outcome": outcome, "cpu": time.process_time() - before}
