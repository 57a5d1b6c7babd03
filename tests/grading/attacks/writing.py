"""Writing what is none of a student's business: the gradebook, sources, packages, start-up files."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

_TRY = """
import os, pathlib, shutil
def attempt(what, *args, **kwargs):
    try:
        what(*args, **kwargs)
    except Exception as error:
        return error
    print("BREA" "CH", what, args)
"""

ATTACKS = (
    Attack(
        "the gradebook is opened and a grade changed",
        "gradebook.db",
        {"doubled": NOTHING + _TRY + """
import sqlite3
def cheat(path):
    connection = sqlite3.connect(path)
    connection.execute("update grade set score = 10")
    connection.commit()
for path in ("@COURSE@/gradebook.db", "@ROOT@/gradebook.db", "/proc/@PID@/root@COURSE@/gradebook.db"):
    attempt(cheat, path)
    attempt(os.remove, path)
"""},
        {"doubled": RIGHT + """
import sqlite3
connection = sqlite3.connect("mine.db")
connection.execute("create table t (n int)")
connection.executemany("insert into t values (?)", [(1,), (2,)])
connection.commit()
assert connection.execute("select sum(n) from t").fetchone() == (3,)
connection.close()
"""},
    ),
    Attack(
        "sources and other students' work are overwritten, moved and deleted",
        "the course's files",
        {"doubled": NOTHING + _TRY + """
for name in ("source/m01/1.ipynb", "submitted/alice/m01/1.ipynb", "lessons/1.py", "gradebook.db"):
    path = pathlib.Path("@COURSE@", name)
    attempt(path.write_text, "owned")
    attempt(path.unlink)
    attempt(path.rename, "/tmp/taken")
attempt(shutil.rmtree, "@COURSE@")
for name in ("@ROOT@/hostile.txt", "@ROOT@/source/m01_tensors/hostile.ipynb"):
    attempt(pathlib.Path(name).write_text, "owned")
"""},
        {"doubled": RIGHT + """
import pathlib, shutil
folder = pathlib.Path("results/run-1")
folder.mkdir(parents=True)
(folder / "a.txt").write_text("1")
(folder / "a.txt").rename(folder / "b.txt")
shutil.rmtree("results")
"""},
    ),
    Attack(
        "a sitecustomize, a .pth file and a patched torch are installed",
        "every Python that starts after this one",
        {"doubled": NOTHING + _TRY + """
import torch, site
for folder in ["@PACKAGES@", *site.getsitepackages(), os.path.dirname(os.__file__), os.path.dirname(torch.__file__)]:
    for name in ("sitecustomize.py", "hostile.pth", "torch/hostile.py", "hostile.py"):
        attempt(pathlib.Path(folder, name).write_text, "raise SystemExit")
attempt(pathlib.Path(torch.__file__).write_text, "")
attempt(pathlib.Path(torch.__file__).chmod, 0o777)
"""},
        {"doubled": """
import pathlib, sys, importlib
pathlib.Path("mymodule.py").write_text("def twice(x):\\n    return x * 2\\n")
sys.path.insert(0, "")
importlib.invalidate_caches()
import mymodule
def doubled(x):
    return mymodule.twice(x)
"""},
    ),
    Attack(
        "IPython and Jupyter get start-up files",
        "the instructor's next session",
        {"doubled": NOTHING + """
import pathlib
for home in ("@HOME@", "/root", pathlib.Path.home()):
    for name in (".ipython/profile_default/startup/00-hostile.py", ".hostile", ".jupyter/hostile.py"):
        path = pathlib.Path(home, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("raise SystemExit")
        except OSError:
            pass
"""},
        {"doubled": RIGHT + """
import os, pathlib
settings = pathlib.Path(os.environ["HOME"], ".config", "mine")
settings.mkdir(parents=True)
(settings / "settings.json").write_text("{}")
"""},
    ),
    Attack(
        "the grading engine's own files are overwritten",
        "the next submission's judge",
        {"doubled": NOTHING + _TRY + """
import shapewise.grading.judge.work as judge
package = pathlib.Path(judge.__file__).parent
attempt((package / "judge.py").write_text, "owned")
attempt((package / "hostile.py").write_text, "owned")
attempt((package / "judge.py").unlink)
attempt((package / "judge.py").touch)
attempt(os.chmod, package, 0o777)
for cached in package.glob("__pycache__/*"):
    attempt(cached.write_bytes, b"")
"""},
        {"doubled": RIGHT + """
import inspect, shapewise
assert "call" in inspect.getsource(shapewise.call)
"""},
    ),
    Attack(
        "links lead out of the working folder",
        "files outside, by way of names inside",
        {"doubled": NOTHING + _TRY + """
for number, target in enumerate(("@COURSE@/gradebook.db", "@COURSE@/source/m01/1.ipynb", "/proc/1/root@COURSE@/x")):
    os.symlink(target, f"link-{number}")
    attempt(pathlib.Path(f"link-{number}").write_text, "owned")
    attempt(pathlib.Path(f"link-{number}").read_bytes)
shutil.rmtree("data")
os.symlink("@COURSE@", "data")
attempt(pathlib.Path("data/gradebook.db").write_text, "owned")
attempt(os.link, os.__file__, "hard-link")
attempt(os.link, "@COURSE@/gradebook.db", "hard-link")
os.chdir("/")
attempt(os.listdir, "../../../../@COURSE@")
"""},
        {"doubled": RIGHT + """
import os
os.symlink("data/numbers.txt", "numbers")
os.link("data/numbers.txt", "numbers-2")
assert open("numbers").read() == open("numbers-2").read() == "1 2"
"""},
    ),
    Attack(
        "kernel settings and devices are written to",
        "the machine",
        {"doubled": NOTHING + _TRY + """
for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory",
             "/proc/sys/kernel/ns_last_pid", "/proc/1/oom_score_adj", "/sys/fs/cgroup/cgroup.procs", "/dev/mem",
             "/dev/kmsg", "/dev/sda", "/dev/tty", "/dev/ptmx", "/proc/self/oom_score_adj"):
    attempt(pathlib.Path(name).write_text, "-1000")
"""},
        {"doubled": RIGHT + """
import os
with open("/dev/null", "w") as nowhere:
    print("gone", file=nowhere)
assert len(os.urandom(4)) == 4
"""},
    ),
)
