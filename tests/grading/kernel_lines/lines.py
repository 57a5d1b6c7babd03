"""The lines, in groups that run one after the other in one kernel, and why the engine does something else with some.

Each file beside this one holds the cells of one group, with ``----`` between them. Their order matters: a later one may
use what an earlier one made.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

__all__ = ["GROUPS", "WHY"]

_STILL = "No window and no browser looks on while a notebook is graded: what wants one draws into the notebook instead."
_NO_NETWORK = "There is no network while a notebook is graded, and what fails says so."
_NO_TERMINAL = "A shell line writes to a pipe, not to a terminal: ls lists one name a line."
_ONE_NOTEBOOK = "There is no file with the history of other notebooks; this one's own is there."
_NO_PORTS = "The engine's shell has no ports and no threads beside it, so it has none to tell of."
_NO_NAME = "Whoever runs this has a number and no name; a student's process has a name whoever that is."
_NO_DEBUGGER = "Nobody can debug: both refuse, after other words."


def _has_a_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return False


GROUPS = {
    name: [cell.strip("\n") for cell in Path(__file__).with_name(f"{name}.txt").read_text("utf-8").split("\n----\n")]
    for name in ("magics", "streams", "shown", "python", "torch", "windows", "network")
}
WHY = {
    "!ls": _NO_TERMINAL,
    "%history -l 1": _ONE_NOTEBOOK,
    "%subshell": _NO_PORTS,
    "%connect_info": _NO_PORTS,
    "import pdb; pdb.set_trace()": _NO_DEBUGGER,
    "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad":
        "IPython shows the error that its own traceback ran into, twice; the engine names the student's exception.",
    **dict.fromkeys((cell for cell in GROUPS["windows"][1:] if "WebAgg" not in cell), _STILL),
    "import urllib.request\nurllib.request.urlopen('http://example.invalid', timeout=5)": _NO_NETWORK,
    "import socket\nsocket.create_connection(('example.invalid', 80), timeout=5)": _NO_NETWORK,
    **({} if _has_a_name() else {"import pwd\nisinstance(pwd.getpwuid(os.getuid()).pw_name, str)": _NO_NAME}),
}
"""Cell -> why the engine does something else with it than a kernel. Each entry must still hold."""
