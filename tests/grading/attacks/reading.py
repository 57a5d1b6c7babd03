"""Reading what is none of a student's business: solutions, tests, others' work, the machine, the judge."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

ATTACKS = (
    Attack(
        "the instructor's notebooks and other students' are read",
        "solutions",
        {"doubled": NOTHING + """
import glob, pathlib
for pattern in ("@COURSE@/**/*", "@ROOT@/source/**/*", "@ROOT@/lessons/**/*", "@ROOT@/submitted/**/*",
                "@ROOT@/*.*", "@ROOT@/tests/**/*", "/proc/1/root@COURSE@/**/*", "/proc/1/cwd/../../**/*.ipynb"):
    for name in glob.glob(pattern, recursive=True, include_hidden=True):
        if pathlib.Path(name).is_file():
            print("BREA" "CH", name, pathlib.Path(name).read_bytes()[:80])
"""},
        {"doubled": RIGHT + """
import pathlib
numbers = [float(n) for n in pathlib.Path("data/numbers.txt").read_text().split()]
assert sum(numbers) == 3
assert list(pathlib.Path().glob("**/*.txt"))
"""},
    ),
    Attack(
        "the whole file system is searched for notebooks",
        "solutions, wherever they are",
        {"doubled": NOTHING + """
import os
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "site-packages", "dist-packages", "nbgrader", "share")]
    for name in files:
        if name.endswith(".ipynb") or name == "gradebook.db":
            print("BREA" "CH", folder, name)
"""},
        {"doubled": RIGHT + "\nimport os\nassert 'data' in os.listdir()\nassert os.path.isdir(os.getcwd())\n"},
    ),
    Attack(
        "home folders, keys and accounts are read",
        "the instructor's private files",
        {"doubled": NOTHING + """
import os, glob, sys
for pattern in ("@HOME@/*", "@HOME@/.*", "/root/.*", "/home/*", "/etc/shadow", "/etc/ssh/*", "/var/*", "/run/*",
                "/etc/gshadow", "/srv/*", "/mnt/*", "/boot/*", "/sys/*"):
    for name in glob.glob(pattern):
        if not sys.base_prefix.startswith(name):  # Python itself may be installed there, and must be readable
            print("BREA" "CH", name)
for name in ("/etc/passwd", "/etc/group"):
    others = [line for line in open(name) if not line.startswith("student:")] if os.path.exists(name) else []
    if others:
        print("BREA" "CH", others)
"""},
        {"doubled": RIGHT + """
import os, pathlib, tempfile
pathlib.Path.home().joinpath("notes.txt").write_text("mine")
assert pathlib.Path("~/notes.txt").expanduser().read_text() == "mine"
assert os.path.isdir(tempfile.gettempdir())
"""},
    ),
    Attack(
        "the environment is searched for passwords",
        "tokens in environment variables",
        {"doubled": NOTHING + """
import os, subprocess
found = dict(os.environ)
for name in ("/proc/self/environ", "/proc/1/environ", "/proc/thread-self/environ"):
    try:
        found[name] = open(name).read()
    except OSError:
        pass
found["env"] = subprocess.run(["env"], capture_output=True, text=True).stdout
for name, text in found.items():
    if "ENGINE_SECRET" in name or "ENGINE_SECRET" in text:
        print("BREA" "CH", name, text)
"""},
        {"doubled": RIGHT + """
import os
os.environ["MY_SETTING"] = "on"
assert os.environ["PATH"] and os.environ["MY_SETTING"] == "on"
"""},
    ),
    Attack(
        "other processes are looked at",
        "command lines, environments and memory of the judge and of other students",
        {"doubled": NOTHING + """
import os
for pid in filter(str.isdigit, os.listdir("/proc") + ["@PID@", str(os.getppid())]):
    if int(pid) in (os.getpid(), 0):
        continue
    for name in ("cmdline", "environ", "maps", "mem", "root", "cwd", "fd"):
        path = f"/proc/{pid}/{name}"
        try:
            print("BREA" "CH", path, os.listdir(path) if name in ("root", "cwd", "fd") else open(path, "rb").read(50))
        except OSError:
            pass
"""},
        {"doubled": RIGHT + """
import os, platform
assert os.getpid() > 0 and os.cpu_count() and platform.system() == "Linux"
"""},
    ),
    Attack(
        "every inherited descriptor is read",
        "descriptors that the parent has left open",
        {"doubled": NOTHING + """
import os, socket, stat, struct
for fd in range(0, 5000):
    try:
        kind = os.fstat(fd).st_mode
    except OSError:
        continue
    where = os.readlink(f"/proc/self/fd/{fd}") if os.path.exists("/proc/self/fd") else ""
    own = where.startswith("/scratch/")  # the files behind its own streams
    if not own and (stat.S_ISREG(kind) or stat.S_ISFIFO(kind) or stat.S_ISDIR(kind)):
        print("BREA" "CH", fd, where)
    if stat.S_ISSOCK(kind):
        with socket.socket(fileno=os.dup(fd)) as end:
            pid, *_ = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        sockets = globals().setdefault("sockets", [])
        sockets += [fd] if pid != os.getpid() else []  # the event loop has a pair of its own
if len(sockets) > 1:
    print("BREA" "CH", "more than one connection", sockets)
"""},
        {"doubled": RIGHT + """
import os
fd = os.open("mine.txt", os.O_RDWR | os.O_CREAT)
os.write(fd, b"hello")
os.lseek(fd, 0, 0)
assert os.read(fd, 5) == b"hello"
os.close(fd)
"""},
    ),
    Attack(
        "the frames above the function are searched for the expected value",
        "the test that calls",
        {"doubled": """
import inspect, sys
def doubled(x):
    frame = inspect.currentframe()
    while frame is not None:
        for scope in (frame.f_locals, frame.f_globals):
            for name, value in list(scope.items()):
                if isinstance(value, torch.Tensor) and value is not x and torch.equal(value, x + x):
                    raise RuntimeError("BREA" "CH", name)
                    return value
                if isinstance(value, str) and "BEGIN HID" "DEN" in value and "number is" in value:
                    raise RuntimeError("BREA" "CH", name)
        frame = frame.f_back
    return x
"""},
        {"doubled": """
import inspect
def doubled(x):
    name = inspect.currentframe().f_code.co_name
    assert name == "doubled" and inspect.stack()[0].function == name
    return x * 2
"""},
    ),
    Attack(
        "all objects that the garbage collector knows are searched for tests",
        "the memory inherited from the process that forked this one",
        {"doubled": """
import gc, re
pattern = re.compile("the n.mber is [0-9]{4}|BEGIN HID[D]EN TESTS")
def doubled(x):
    gc.unfreeze()
    waiting, seen = gc.get_objects(), set()
    for thing in waiting:
        for part in gc.get_referents(thing):
            if type(part) in (str, bytes) and id(part) not in seen:
                seen.add(id(part))
                text = part if type(part) is str else part.decode("latin-1")
                if "\\nassert " in text and pattern.search(text) and "HID[D]EN" not in text:
                    raise RuntimeError("BREA" "CH", text[:200])
    return x
"""},
        {"doubled": """
import gc
def doubled(x):
    gc.collect()
    return x * 2
"""},
    ),
    Attack(
        "the process's own memory is searched for the text of the tests",
        "what was in memory before the fork",
        {"doubled": """
import re
pattern = re.compile(rb"the n.mber is [0-9]{4}")
def doubled(x):
    for line in open("/proc/self/maps"):
        area, rights = line.split()[:2]
        low, high = (int(end, 16) for end in area.split("-"))
        if "w" in rights and high - low < 2**28:
            try:
                with open("/proc/self/mem", "rb", 0) as memory:
                    memory.seek(low)
                    found = pattern.search(memory.read(high - low))
            except OSError:
                continue
            if found:
                raise RuntimeError("BREA" "CH", found[0])
    return x
doubled(torch.ones(1))
"""},
        {"doubled": """
import ctypes, tracemalloc
def doubled(x):
    copy = (x * 2).contiguous()
    assert len(ctypes.string_at(copy.data_ptr(), 4)) == 4
    return copy
"""},
    ),
    Attack(
        "IPython's history, line cache and namespaces are searched for tests",
        "cells that ran before",
        {"doubled": """
import linecache, sys
def doubled(x):
    shell = get_ipython()
    texts = [*In, *shell.history_manager.input_hist_raw]
    texts += ["".join(entry[2]) for entry in linecache.cache.values() if len(entry) > 2]
    texts += [str(value) for value in shell.user_ns.values() if isinstance(value, str)]
    for module in list(sys.modules.values()):
        texts += [v for v in vars(module).values() if isinstance(v, str)] if hasattr(module, "__dict__") else []
    for text in texts:
        if "assert outcome" in text and "linecache" not in text:
            raise RuntimeError("BREA" "CH", text)
    return x
"""},
        {"doubled": RIGHT + "\n40 + 2\nassert In and isinstance(Out, dict)\n%history -l 1\n"},
    ),
    Attack(
        "marks left by an earlier submission are looked for",
        "a place that two submissions share",
        {"doubled": NOTHING + """
import os
for place in ("/tmp/left", "/dev/shm/left", "/scratch/left", "/scratch/work/left", "/scratch/tmp/left", "left"):
    if os.path.exists(place):
        print("BREA" "CH", place)
import builtins
if hasattr(builtins, "left") or hasattr(torch, "left") or "left" in os.environ:
    print("BREA" "CH", "in memory")
"""},
        {"doubled": RIGHT + """
import tempfile
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("mine")
    file.seek(0)
    assert file.read() == "mine"
"""},
        after={"doubled": RIGHT + """
import builtins, os
for place in ("/tmp/left", "/dev/shm/left", "/scratch/left", "/scratch/work/left", "/scratch/tmp/left", "left"):
    try:
        open(place, "w").write("the answer")
    except OSError:
        pass
builtins.left = torch.left = os.environ["left"] = "the answer"
"""},
    ),
    Attack(
        "the inputs are recognised and the expected values asked for in errors and warnings",
        "expected values in messages",
        {"doubled": """
import sys, traceback, warnings
def doubled(x):
    try:
        raise RuntimeError(x)
    except RuntimeError as error:
        trace = error.__traceback__
        frame = trace.tb_frame
        while frame:
            if "x +" " x" in "".join(traceback.format_stack(frame)):
                raise RuntimeError("BREA" "CH")
            frame = frame.f_back
    warnings.warn("3.0")
    raise AssertionError(f"expected {x.tolist()}")
"""},
        {"doubled": """
import warnings
def doubled(x):
    warnings.warn("this one is slow", UserWarning)
    try:
        raise RuntimeError(x)
    except RuntimeError:
        return x * 2
"""},
    ),
)
