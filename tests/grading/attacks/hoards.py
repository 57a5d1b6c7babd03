"""Memory that is no process's own, files without names, processors: what a limit on one process does not bind."""

from __future__ import annotations

from shapewise.grading.messages.verdicts import Verdict
from tests.grading.attacks.attack import Attack

_OTHERS = ("heads", "label")


def _hoard(name: str, aim: str, hostile: str, twin: str, ends: Verdict | None = None) -> Attack:
    return Attack(name, aim, {"doubled": hostile}, {"doubled": twin}, _OTHERS, ends)


ATTACKS = (
    _hoard(
        "sockets are filled and never read",
        "memory of the kernel's",
        """
import os, socket, time
def doubled(x):
    for _ in range(9):
        if os.fork() == 0:
            held = []
            try:
                while True:
                    held.append(socket.socketpair())
                    for end in held[-1]:
                        end.setblocking(False)
                        try:
                            while True:
                                end.send(b"x" * 65536)
                        except BlockingIOError:
                            pass
            except OSError:
                pass
            time.sleep(1000)
    time.sleep(1000)
""",
        """
import socket
def doubled(x):
    here, there = socket.socketpair()
    with here, there:
        here.send(b"x" * 100_000)
        assert len(there.recv(200_000)) > 1000
    return x * 2
""",
        Verdict.OUT_OF_MEMORY,
    ),
    _hoard(
        "sockets are sent into each other and let go of",
        "memory of the kernel's that no descriptor leads to",
        """
import array, socket
def doubled(x):
    held, lost = [], 0
    try:
        while lost < 2_000:
            keeper = socket.socketpair()
            held.append(keeper)
            for _ in range(100):
                pair = socket.socketpair()
                for end in pair:
                    end.setblocking(False)
                    try:
                        while True:
                            end.send(b"x" * 65536)
                    except BlockingIOError:
                        pass
                socket.send_fds(keeper[0], [b"x"], [end.fileno() for end in pair])
                lost += 2
                for end in pair:
                    end.close()
    except OSError:
        pass
    if lost >= 1_000:
        raise RuntimeError("BREA" "CH", lost)
    return x
""",
        """
import os, socket
def doubled(x):
    here, there = socket.socketpair()
    read, write = os.pipe()
    socket.send_fds(here, [b"x"], [write])
    _, (got, *_), _, _ = socket.recv_fds(there, 1, 1)
    os.write(got, b"2")
    return x * int(os.read(read, 1))
""",
    ),
    _hoard(
        "pipes are filled and never read",
        "memory of the kernel's",
        """
import os, time
def doubled(x):
    for _ in range(9):
        if os.fork() == 0:
            try:
                while True:
                    here, there = os.pipe()
                    os.set_blocking(there, False)
                    try:
                        while True:
                            os.write(there, b"x" * 65536)
                    except BlockingIOError:
                        pass
            except OSError:
                pass
            time.sleep(1000)
    time.sleep(1000)
""",
        """
import os
def doubled(x):
    here, there = os.pipe()
    os.write(there, b"2" * 1000)
    return x * int(os.read(here, 1))
""",
    ),
    _hoard(
        "shared memory of many names is filled",
        "memory that counts for no process",
        """
from multiprocessing import shared_memory
def doubled(x):
    held, size = [], 0
    try:
        while size < 2**30:
            held.append(shared_memory.SharedMemory(create=True, size=2**20))
            held[-1].buf[:] = b"x" * 2**20
            size += 2**20
    except (OSError, ValueError):
        pass
    if size > 20 * 2**20:
        raise RuntimeError("BREA" "CH", size)
    return x
""",
        """
from multiprocessing import shared_memory
def doubled(x):
    memory = shared_memory.SharedMemory(create=True, size=100)
    memory.buf[0] = 2
    twice = x * memory.buf[0]
    memory.close()
    memory.unlink()
    return twice
""",
    ),
    _hoard(
        "files are filled after they were deleted",
        "memory behind a disk that looks empty",
        """
import os
def doubled(x):
    held, size = [], 0
    try:
        for n in range(200):
            held.append(open(f"f{n}", "wb", buffering=0))
            os.unlink(f"f{n}")
            size += held[-1].write(b"x" * 2**20)
    except OSError:
        pass
    if size > 20 * 2**20:
        raise RuntimeError("BREA" "CH", size)
    return x
""",
        """
import tempfile
def doubled(x):
    with tempfile.TemporaryFile() as file:
        file.write(b"2" * 2**20)
        file.seek(0)
        return x * int(file.read(1))
""",
    ),
    _hoard(
        "files of a terabyte, nearly all of it holes",
        "the disk",
        """
import os
def doubled(x):
    for size in (2**28, 2**40):
        for make in (os.truncate, lambda name, size: os.posix_fallocate(os.open(name, os.O_RDWR), 0, size)):
            open("holes", "w").close()
            try:
                make("holes", size)
                raise RuntimeError("BREA" "CH", size)
            except OSError:
                pass
    return x
""",
        """
import os
def doubled(x):
    open("holes", "w").close()
    os.truncate("holes", 2**20)
    return x * (os.path.getsize("holes") >> 19)
""",
    ),
    _hoard(
        "folders in folders, links and attributes without end",
        "the memory behind names",
        """
import os
def doubled(x):
    made = 0
    try:
        for n in range(100_000):
            os.mkdir(f"d{n}")
            os.link("data/numbers.txt", f"l{n}")
            os.symlink("x" * 4000, f"s{n}")
            made += 3
    except OSError:
        pass
    try:
        for n in range(100_000):
            os.setxattr("data", f"user.a{n}", b"x" * 60_000)
            made += 1
    except OSError:
        pass
    if made > 50_000:
        raise RuntimeError("BREA" "CH", made)
    return x
""",
        """
import os
def doubled(x):
    os.makedirs("a/b/c", exist_ok=True)
    if not os.path.lexists("a/link"):
        os.symlink("b", "a/link")
    return x * (2 if os.path.isdir("a/link/c") else 0)
""",
    ),
    _hoard(
        "more memory is mapped than there may be",
        "address space, and the tables that describe it",
        """
import mmap
def doubled(x):
    held, size = [], 0
    try:
        while size < 2**40:
            held.append(mmap.mmap(-1, 2**28, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
            size += 2**28
    except (OSError, MemoryError, ValueError):
        pass
    if size >= 2**29:
        raise RuntimeError("BREA" "CH", size)
    return x
""",
        """
import mmap
def doubled(x):
    with mmap.mmap(-1, 2**22, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as area:
        area[2**21] = 2
        return x * area[2**21]
""",
    ),
    _hoard(
        "children end and are never waited for",
        "places in the table of processes",
        """
import os
def doubled(x):
    made = 0
    try:
        for _ in range(500):
            if os.fork() == 0:
                os._exit(0)
            made += 1
    except OSError:
        pass
    if made > 100:
        raise RuntimeError("BREA" "CH", made)
    return x
""",
        """
import os
def doubled(x):
    for _ in range(30):
        if os.fork() == 0:
            os._exit(0)
        os.wait()
    return x * 2
""",
    ),
    _hoard(
        "as many processes as there may be are busy at once",
        "an honest neighbour's time",
        """
import os
def doubled(x):
    for _ in range(8):
        if os.fork() == 0:
            while True:
                pass
    while True:
        pass
""",
        """
import os
def doubled(x):
    for _ in range(4):
        if os.fork() == 0:
            sum(range(10_000))
            os._exit(0)
    for _ in range(4):
        os.wait()
    return x * 2
""",
        Verdict.TIMED_OUT,
    ),
    _hoard(
        "threads are busy where Python's lock does not reach",
        "an honest neighbour's time",
        """
import hashlib, threading
def doubled(x):
    def work():
        while True:
            hashlib.pbkdf2_hmac("sha256", b"x", b"y", 10**6)
    threading.stack_size(2**18)
    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    work()
""",
        """
import hashlib, threading
def doubled(x):
    found = []
    threads = [threading.Thread(target=lambda: found.append(hashlib.sha256(b"x" * 10**6))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return x * (len(found) - 1)
""",
        Verdict.TIMED_OUT,
    ),
    _hoard(
        "children stay busy after the answer is given",
        "an honest neighbour's time, later",
        """
import os
for _ in range(8):
    if os.fork() == 0:
        while True:
            pass
def doubled(x):
    return x
""",
        """
import subprocess
waiting = subprocess.Popen(["sleep", "0.2"])
def doubled(x):
    waiting.wait()
    return x * 2
""",
    ),
    _hoard(
        "busy children try to be more important again",
        "a place before everybody else's processes",
        """
import os, time
def doubled(x):
    for _ in range(6):
        if os.fork() == 0:
            while True:
                before = os.getpriority(os.PRIO_PROCESS, 0)
                for nice in (0, -5, before - 1):
                    try:
                        os.setpriority(os.PRIO_PROCESS, 0, nice)
                    except OSError:
                        pass
                if os.getpriority(os.PRIO_PROCESS, 0) < before:
                    os.kill(os.getppid(), 9)
    until = time.monotonic() + 0.8
    while time.monotonic() < until:
        pass
    return x
""",
        """
import os
def doubled(x):
    os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0) + 1)
    return x * 2
""",
    ),
)
