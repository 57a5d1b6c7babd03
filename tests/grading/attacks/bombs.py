"""Using up the machine: processes, threads, memory, disk, output. The limits end it, and nobody else notices."""

from __future__ import annotations

from typing import Any

from nbformat import v4

from shapewise.grading.messages.verdicts import Verdict
from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

_OTHERS = ("heads", "label")


def _bomb(name: str, aim: str, hostile: str, twin: str, ends: Verdict | None = None) -> Attack:
    return Attack(name, aim, {"doubled": hostile}, {"doubled": twin}, _OTHERS, ends)


def _many_pictures(notebook: dict[str, Any]) -> dict[str, Any]:
    text = "from IPython.display import display\nfor _ in range(12):\n" \
        "    display({'image/png': 'A' * 3_900_000, 'text/plain': 'x'}, raw=True)"
    notebook["cells"] += [v4.new_code_cell(text) for _ in range(8)]
    return notebook


def _a_few_pictures(notebook: dict[str, Any]) -> dict[str, Any]:
    notebook["cells"] += [v4.new_code_cell(f"import matplotlib.pyplot as plt\nplt.plot([0, {n}]);") for n in range(2)]
    return notebook


def _many_cells(notebook: dict[str, Any]) -> dict[str, Any]:
    notebook["cells"] += [v4.new_code_cell("import time\ntime.sleep(1.2)") for _ in range(2_000)]
    return notebook


def _some_cells(notebook: dict[str, Any]) -> dict[str, Any]:
    notebook["cells"] += [v4.new_code_cell(f"n_{n} = {n}") for n in range(100)]
    return notebook


ATTACKS = (
    _bomb(
        "a fork bomb",
        "processes",
        """
import os
def doubled(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
        """
import multiprocessing
def doubled(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, 1]) == [1, 1]
    return x * 2
""",
    ),
    _bomb(
        "a bomb of shells",
        "processes",
        NOTHING + "import os\nos.system('f() { f | f & f; }; f; while true; do (sleep 9 &) ; done')",
        RIGHT + "\nfiles = !ls\nassert 'data' in files\n",
    ),
    _bomb(
        "a bomb of threads",
        "threads",
        """
import threading, time
def doubled(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError:
            pass
""",
        """
import threading
def doubled(x):
    found = []
    threads = [threading.Thread(target=lambda: found.append(x * 2)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found[0]
""",
    ),
    _bomb(
        "one process takes all memory",
        "memory",
        "hoard = []\ndef doubled(x):\n    while True:\n        hoard.append(b'x' * 2**24)",
        "def doubled(x):\n    table = bytearray(2**26)\n    table[-1] = 2\n    return x * table[-1]",
        Verdict.OUT_OF_MEMORY,
    ),
    _bomb(
        "many processes take a little memory each",
        "memory",
        """
import os, time
def doubled(x):
    for _ in range(8):
        if not os.fork():
            hoard = [b"x" * 2**20 for _ in range(100)]
            time.sleep(1000)
    time.sleep(1000)
""",
        """
import os
def doubled(x):
    if not os.fork():
        hoard = b"x" * 2**22
        os._exit(0)
    os.wait()
    return x * 2
""",
        Verdict.OUT_OF_MEMORY,
    ),
    _bomb(
        "memory that no process seems to hold",
        "memory, shared and let go of",
        """
import ctypes, mmap, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
def doubled(x):
    size = 2**27
    for _ in range(12):
        area = libc.mmap(None, ctypes.c_size_t(size), 3, 0x21, -1, ctypes.c_long(0))
        if area in (None, 2**64 - 1):
            break
        ctypes.memset(area, 1, size)
        libc.madvise(ctypes.c_void_p(area), ctypes.c_size_t(size), 4)
        if not os.fork():
            time.sleep(1000)
        libc.munmap(ctypes.c_void_p(area), ctypes.c_size_t(size))
    else:
        raise RuntimeError("BREA" "CH", "took", 12 * size)
    try:
        with open("/dev/zero", "r+b", buffering=0) as file:
            mmap.mmap(file.fileno(), size)[0] = 1
        raise RuntimeError("BREA" "CH", "/dev/zero")
    except OSError:
        pass
    return x
""",
        """
import mmap
def doubled(x):
    with open("area", "wb+") as file:
        file.truncate(4096)
        with mmap.mmap(file.fileno(), 4096) as area:
            area[0] = 2
            return x * area[0]
""",
    ),
    _bomb(
        "the disk is filled with one large file",
        "disk",
        """
import os
def doubled(x):
    written = 0
    for place in (".", "/tmp", "/dev/shm"):
        for n in range(100):
            try:
                with open(f"{place}/{n}", "wb") as file:
                    written += file.write(bytes(2**20))
            except OSError:
                break
    if written > 80 * 2**20:
        raise RuntimeError("BREA" "CH", written)
    return x
""",
        """
def doubled(x):
    with open("large", "wb") as file:
        file.write(bytes(5 * 2**20))
    return x * 2
""",
    ),
    _bomb(
        "the disk is filled with empty files",
        "disk",
        """
def doubled(x):
    made = 0
    try:
        for n in range(20_000):
            open(f"empty-{n}", "w").close()
            made += 1
    except OSError:
        pass
    if made >= 20_000:
        raise RuntimeError("BREA" "CH", made)
    return x
""",
        """
import os
def doubled(x):
    for n in range(200):
        open(f"empty-{n}", "w").close()
    return x * (len(os.listdir()) // 100)
""",
    ),
    _bomb(
        "a flood of text",
        "the size of the feedback",
        NOTHING + "print('x' * 10**8)\nwhile True:\n    print('y' * 10**6)",
        RIGHT + "\nfor n in range(1_000):\n    print('line', n)\n",
    ),
    _bomb(
        "a flood of text, errors and warnings while it is tested",
        "the size of the feedback",
        """
import sys, warnings
def doubled(x):
    for n in range(50):
        print("y" * 10**6)
        print("z" * 10**6, file=sys.stderr)
    raise ValueError("x" * 10**8)
""",
        """
import sys
def doubled(x):
    print("doubling", file=sys.stderr)
    print("x" * 50_000)
    return x * 2
""",
    ),
    Attack("a flood of pictures", "the size of the graded notebook", _many_pictures, _a_few_pictures),
    Attack("thousands of slow cells", "the time of everybody", _many_cells, _some_cells),
    _bomb(
        "answers too large to send: a tensor, a list, a number, a text",
        "the judge's memory",
        """
answers = iter([lambda: torch.zeros(2**26), lambda: [0] * 10**7, lambda: 10 ** 10**7, lambda: "x" * 10**8])
def doubled(x):
    return next(answers)()
""",
        "def doubled(x):\n    big = torch.zeros(2**20)\n    return x * 2 + big[0]",
    ),
    _bomb(
        "an answer that contains itself",
        "the judge's stack",
        "def doubled(x):\n    loop = [x]\n    loop.append(loop)\n    loop.append({'again': loop})\n    return loop",
        "def doubled(x):\n    loop = [x]\n    loop.append(loop)\n    return loop[1][1][0] * 2",
    ),
    _bomb(
        "daemons that outlive the process that started them",
        "the machine, after grading",
        NOTHING + """
import os, subprocess, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        while True:
            time.sleep(1)
    os._exit(0)
subprocess.Popen(["setsid", "nohup", "sh", "-c", "trap '' TERM INT HUP; while :; do :; done"])
os.wait()
""",
        RIGHT + """
import subprocess
with subprocess.Popen(["sleep", "0.05"]) as child:
    pass
assert child.returncode == 0
""",
    ),
    _bomb(
        "threads that keep working after the answer, and answer again",
        "later answers of the same process",
        """
import threading, time
def work():
    while True:
        for name in ("doubled", "label"):
            get_ipython().user_ns["doubled"] = lambda *a: torch.zeros(0)
        time.sleep(0.001)
threading.Thread(target=work, daemon=True).start()
def doubled(x):
    return x
""",
        """
import threading
ready = threading.Event()
threading.Thread(target=ready.set).start()
ready.wait()
def doubled(x):
    return x * 2
""",
    ),
    _bomb(
        "every descriptor is used up",
        "descriptors",
        "import os\nheld = []\ndef doubled(x):\n    while True:\n        held.extend(os.pipe())",
        """
import os
def doubled(x):
    for _ in range(500):
        for end in os.pipe():
            os.close(end)
    return x * 2
""",
    ),
)
