"""Ends: exits, signals, crashes, and loops that have no end. Each costs the exercise it stands in, and no other."""

from __future__ import annotations

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

_OTHERS = ("heads", "label")


def _dies(name: str, hostile: str, twin: str) -> Attack:
    return Attack(name, "the verdicts of the other exercises", {"doubled": hostile}, {"doubled": twin}, _OTHERS)


ATTACKS = (
    _dies(
        "a cell ends with sys.exit, quit and exit",
        NOTHING + "import sys\nget_ipython().ask_exit()\nget_ipython().exit_now = True\nquit()\nsys.exit(0)",
        RIGHT + "\nimport sys\ntry:\n    sys.exit(0)\nexcept SystemExit:\n    pass\n",
    ),
    _dies(
        "a function raises SystemExit while it is tested",
        "def doubled(x):\n    raise SystemExit(0)",
        "def doubled(x):\n    try:\n        raise SystemExit(0)\n    except SystemExit:\n        return x * 2",
    ),
    _dies(
        "a function raises KeyboardInterrupt while it is tested",
        "def doubled(x):\n    raise KeyboardInterrupt",
        """
def doubled(x):
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        return x * 2
""",
    ),
    _dies(
        "a function raises GeneratorExit, StopIteration and an exception group",
        "def doubled(x):\n    raise BaseExceptionGroup('x', [GeneratorExit(), StopIteration()])",
        """
def twice(x):
    try:
        yield x * 2
    except GeneratorExit:
        raise
def doubled(x):
    return next(twice(x))
""",
    ),
    _dies(
        "os._exit with success, from an atexit hook and a finalizer",
        """
import atexit, os
atexit.register(os._exit, 0)
class Last:
    def __del__(self):
        os._exit(0)
def doubled(x):
    last = Last()
    return x
""",
        RIGHT + "\nimport atexit\natexit.register(print, 'good bye')\n",
    ),
    _dies(
        "every process in reach is killed",
        """
import os, signal
def doubled(x):
    for target in (-1, 0, os.getppid(), @PID@, 1, 2):
        for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
            for kill in (os.kill, os.killpg):
                try:
                    kill(target, number)
                except (OSError, ValueError):
                    pass
    os._exit(0)
""",
        RIGHT + """
import os, signal
caught = []
signal.signal(signal.SIGUSR1, lambda *a: caught.append(a))
os.kill(os.getpid(), signal.SIGUSR1)
assert caught
""",
    ),
    _dies(
        "the process stops itself",
        "import signal\ndef doubled(x):\n    signal.raise_signal(signal.SIGSTOP)\n    signal.pause()\n    return x",
        "import signal\ndef doubled(x):\n    signal.getsignal(signal.SIGINT)\n    return x * 2",
    ),
    _dies(
        "a segmentation fault",
        "import ctypes\ndef doubled(x):\n    ctypes.string_at(0)\n    return x",
        "import ctypes, faulthandler\ndef doubled(x):\n    return x * ctypes.c_int(2).value",
    ),
    _dies(
        "recursion without a limit",
        "import sys\nsys.setrecursionlimit(10**9)\ndef doubled(x):\n    return doubled(x)",
        """
def depth(n):
    return depth(n + 1)
try:
    depth(0)
except RecursionError:
    print("that was deep")
def doubled(x):
    return x * 2
""",
    ),
    _dies(
        "the process is replaced by another program",
        "import os\ndef doubled(x):\n    os.execv('/bin/sleep', ['sleep', '1000'])",
        RIGHT + "\nimport subprocess\nassert subprocess.run(['echo', 'hi'], capture_output=True).stdout == b'hi\\n'\n",
    ),
    _dies(
        "all descriptors are closed",
        "import os\ndef doubled(x):\n    os.closerange(0, 5000)\n    return x",
        RIGHT + "\nimport sys\nsys.stdout.flush()\nopen('a.txt', 'w').close()\n",
    ),
    _dies(
        "a loop that catches whatever would end it",
        """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def doubled(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
        """
import itertools
def doubled(x):
    for n in itertools.count():
        try:
            if n > 100_000:
                return x * 2
        except BaseException:
            pass
""",
    ),
    _dies(
        "a computation that never comes back from C",
        "import re\ndef doubled(x):\n    re.match('(a*)*b', 'a' * 1000)\n    return x",
        "import re\ndef doubled(x):\n    assert re.match('(a*)b', 'a' * 10_000 + 'b')\n    return x * 2",
    ),
    _dies(
        "a cell that waits for somebody to type, then for itself",
        NOTHING + """
import threading
lock = threading.Lock()
lock.acquire()
try:
    input("Shall I go on?")
finally:
    lock.acquire()
""",
        RIGHT + "\nimport threading\nlock = threading.Lock()\nwith lock:\n    pass\n",
    ),
    _dies(
        "an exception whose message never ends",
        """
class Slow(Exception):
    def __str__(self):
        while True:
            pass
    __repr__ = __str__
def doubled(x):
    raise Slow
""",
        """
def doubled(x):
    try:
        raise ValueError("x" * 100_000)
    except ValueError as error:
        return x * (len(str(error)) // 50_000)
""",
    ),
    _dies(
        "memory of the interpreter is corrupted",
        """
import ctypes
def doubled(x):
    ctypes.memset(id(None), 0, 64)
    return x
""",
        """
import ctypes
def doubled(x):
    buffer = ctypes.create_string_buffer(8)
    ctypes.memset(buffer, 2, 8)
    return x * buffer[0][0]
""",
    ),
)
