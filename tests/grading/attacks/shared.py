"""What all processes of a machine share by way of the kernel: files that others open, clocks, sessions, settings."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack
from tests.grading.attacks.system_calls import CALL


def _shared(name: str, aim: str, hostile: str, twin: str) -> Attack:
    return Attack(name, aim, {"doubled": hostile}, {"doubled": twin})


_ATTEMPT = NOTHING + """
import fcntl, os
def attempt(what, *args):
    try:
        what(*args)
    except (OSError, ValueError, PermissionError):
        return
    print("BREA" "CH", what, args)
"""

ATTACKS = (
    _shared(
        "a lease on a package's file holds up whoever imports it next",
        "an honest neighbour's time",
        _ATTEMPT + """
for name in (os.__file__, torch.__file__, np.__file__, "/usr/lib/os-release", "/bin/sh"):
    if os.path.exists(name):
        fd = os.open(name, os.O_RDONLY)
        attempt(fcntl.fcntl, fd, 1024, fcntl.F_RDLCK)
""",
        RIGHT + """
import fcntl, os
with open(os.__file__) as file:
    assert fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    fcntl.fcntl(file, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
""",
    ),
    _shared(
        "leases are taken on files of one's own",
        "the calls by which files are held up",
        _ATTEMPT + """
for kind in (fcntl.F_RDLCK, fcntl.F_WRLCK):
    fd = os.open(f"own-{kind}", os.O_CREAT | (os.O_RDWR if kind == fcntl.F_WRLCK else os.O_RDONLY))
    attempt(fcntl.fcntl, fd, 1024, kind)
""",
        RIGHT + """
import fcntl
with open("own", "w") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_UN)
""",
    ),
    _shared(
        "a signal is asked for whenever somebody reads the packages",
        "what other students do",
        _ATTEMPT + """
for folder in ("/usr", "/usr/lib", os.path.dirname(torch.__file__), "."):
    attempt(fcntl.fcntl, os.open(folder, os.O_RDONLY), 1026, 0x1F | 0x80000000)
    attempt(fcntl.fcntl, os.open(folder, os.O_RDONLY), 1026, 0x1F)
""",
        RIGHT + "\nimport os\nassert len(list(os.scandir(os.path.dirname(torch.__file__)))) > 10\n",
    ),
    _shared(
        "inotify watches the packages, so that two students can talk",
        "what other students do",
        CALL + """
attempt("inotify_init", (253, None))
for flags in (0, 0x800, 0x80000):
    attempt("inotify_init1", (294, 26), flags)
for fd in range(3, 12):
    attempt("inotify_add_watch", (254, 27), fd, b"/usr/lib", 0xFFF)
""",
        RIGHT + """
import os, pathlib
pathlib.Path("watched").write_text("1")
before = os.stat("watched").st_size
pathlib.Path("watched").write_text("11")
assert os.stat("watched").st_size > before
""",
    ),
    _shared(
        "fanotify is asked to tell about every file",
        "what other students do",
        CALL + """
for flags in (0, 1, 4, 0x200, 0x600, 0x800):
    attempt("fanotify_init", (300, 262), flags, 0)
for fd in range(3, 12):
    attempt("fanotify_mark", (301, 263), fd, 1, 0x20, -100, b"/usr")
""",
        RIGHT + "\nimport os\nassert os.stat(torch.__file__).st_mtime > 0\n",
    ),
    _shared(
        "pipes are made sixteen times as large",
        "the kernel's memory",
        _ATTEMPT + """
for size in (2**17, 2**20):
    attempt(fcntl.fcntl, os.pipe()[0], 1031, size)
""",
        RIGHT + """
import fcntl, os
here, there = os.pipe()
assert fcntl.fcntl(here, 1032) > 0
os.write(there, b"x" * 30_000)
assert len(os.read(here, 30_000)) == 30_000
""",
    ),
    _shared(
        "every child makes a session of its own",
        "a share of the processors for each",
        NOTHING + """
import os
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        os._exit(int(os.getsid(0) == os.getpid()))
    if os.waitstatus_to_exitcode(os.wait()[1]):
        print("BREA" "CH", "a session of its own")
""",
        RIGHT + """
import subprocess
ran = subprocess.run(["echo", "hello"], start_new_session=True, capture_output=True)
assert ran.stdout == b"hello\\n"
""",
    ),
    _shared(
        "the process takes itself off the list of those that end when memory is short",
        "an honest neighbour, who would go first",
        NOTHING + """
import os
if open("/proc/self/oom_score_adj").read().strip() != "1000":
    print("BREA" "CH", "not the first to go")
for name, texts in {"oom_score_adj": ("0", "-1000", "999"), "oom_adj": ("0", "-17"), "autogroup": ("-20", "0"),
                    "timerslack_ns": ("1",), "coredump_filter": ("0xff",), "setgroups": ("allow",),
                    "uid_map": ("0 0 1",), "loginuid": ("0",), "clear_refs": ("1",), "sched": ("0",)}.items():
    for process in ("self", "thread-self", str(os.getpid())):
        for text in texts:
            try:
                with open(f"/proc/{process}/{name}", "w") as file:
                    file.write(text)
                print("BREA" "CH", process, name, text)
            except OSError:
                pass
""",
        RIGHT + """
lines = open("/proc/self/status").read().splitlines()
assert any(line.startswith("VmRSS") for line in lines)
assert open("/proc/self/oom_score_adj").read()
""",
    ),
    _shared(
        "a child, and a program, take the whole family off that list",
        "an honest neighbour, who would go first",
        NOTHING + """
import os, subprocess
if os.fork() == 0:
    try:
        with open(f"/proc/{os.getppid()}/oom_score_adj", "w") as file:
            file.write("0")
    except OSError:
        pass
    os._exit(0)
os.wait()
subprocess.run(["sh", "-c", "echo 0 >/proc/$PPID/oom_score_adj; echo 0 >/proc/self/oom_score_adj; exec sleep 0"],
               stderr=subprocess.DEVNULL)
subprocess.run(["choom", "-n", "0", "-p", str(os.getpid())], stderr=subprocess.DEVNULL) if os.path.exists(
    "/usr/bin/choom") else None
if open("/proc/self/oom_score_adj").read().strip() != "1000":
    print("BREA" "CH")
""",
        RIGHT + """
import subprocess
said = subprocess.run(["cat", "/proc/self/stat"], capture_output=True, text=True).stdout
assert "(cat)" in said
""",
    ),
    _shared(
        "settings of the kernel are opened for writing",
        "/proc/sys, which belongs to user 0 wherever that is mapped",
        NOTHING + """
import os
for folder, folders, files in os.walk("/proc/sys"):
    for name in files:
        for mode in ("r+b", "rb"):
            try:
                open(os.path.join(folder, name), mode).close()
                print("BREA" "CH", folder, name, mode)
            except OSError:
                pass
for name in ("/proc/sysrq-trigger", "/proc/timer_list", "/proc/irq", "/proc/bus", "/proc/acpi", "/proc/scsi", "/sys"):
    if os.path.exists(name):
        print("BREA" "CH", name)
""",
        RIGHT + """
assert "Max open files" in open("/proc/self/limits").read()
""",
    ),
    _shared(
        "the machine is looked at through /proc",
        "what else runs here, and on what",
        NOTHING + """
import os
known = {"self", "thread-self"}
found = [name for name in os.listdir("/proc") if not name.isdigit() and name not in known]
if found:
    print("BREA" "CH", found)
for name in ("cmdline", "mounts", "kallsyms", "kcore", "keys", "stat", "loadavg", "meminfo", "net/tcp", "partitions",
             "modules", "sched_debug", "swaps", "uptime", "version", "vmstat", "interrupts", "config.gz", "locks"):
    try:
        print("BREA" "CH", name, open(f"/proc/{name}").read()[:50])
    except OSError:
        pass
""",
        RIGHT + "\nimport os\nassert os.cpu_count() >= 1 and len(os.sched_getaffinity(0)) >= 1\n",
    ),
    _shared(
        "processes are counted by sending them nothing",
        "who else runs here",
        NOTHING + """
import os
for pid in [*range(2, 5000), @PID@]:
    for probe in (lambda p: os.kill(p, 0), os.getpgid, os.getsid, lambda p: os.sched_getaffinity(p),
                  lambda p: os.getpriority(os.PRIO_PROCESS, p), lambda p: os.pidfd_open(p)):
        try:
            probe(pid)
        except OSError:
            continue
        if pid != os.getpid():
            print("BREA" "CH", pid)
""",
        RIGHT + """
import os, signal
child = os.fork()
if child == 0:
    signal.pause()
os.kill(child, 0)
os.kill(child, signal.SIGTERM)
assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGTERM
""",
    ),
    _shared(
        "mounts are listed and looked into by the newest calls",
        "where on the machine things lie",
        CALL + """
attempt("statmount", (457, 457), buffer, buffer, 512, 0)
attempt("listmount", (458, 458), buffer, buffer, 64, 0)
attempt("open_tree_attr", (467, 467), -100, b"/", 1, buffer, 32)
attempt("mount_setattr", (442, 442), -100, b"/usr", 0, buffer, 32)
attempt("quotactl_fd", (443, 443), 0, 0, 0, buffer)
attempt("lsm_set_self_attr", (460, 460), 100, buffer, 32, 0)
""",
        RIGHT + "\nimport os, shutil\nassert shutil.disk_usage('.').total > 0 and os.path.ismount('/')\n",
    ),
    _shared(
        "a crash leaves an image of the memory behind",
        "the machine's disk, and a program that root has set up for it",
        NOTHING + """
import os, resource, signal
for most in (1, 2**20, resource.RLIM_INFINITY):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        print("BREA" "CH", most)
    except (OSError, ValueError):
        pass
if os.fork() == 0:
    signal.signal(signal.SIGABRT, signal.SIG_DFL)
    os.abort()
if os.WCOREDUMP(os.wait()[1]):
    print("BREA" "CH", "an image")
""",
        RIGHT + """
import signal, subprocess
assert subprocess.run(["sh", "-c", "kill -ABRT $$"]).returncode == -signal.SIGABRT
""",
    ),
    _shared(
        "timers are made by the thousand",
        "the kernel's memory",
        CALL + """
made, out = 0, ctypes.c_int()
for _ in range(20_000):
    if libc.syscall(ctypes.c_long([222, 107][column]), ctypes.c_long(1), None, ctypes.byref(out)) < 0:
        break
    made += 1
if made > 2_000:
    print("BREA" "CH", made)
""",
        RIGHT + """
import signal, time
rung = []
signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(0.05)
assert rung
""",
    ),
    _shared(
        "the process asks for a place at the head of every queue",
        "the processors and disks of others",
        CALL + """
attempt("ioprio_set", (251, 30), 1, 0, 1 << 13)
for policy in (1, 2, 6):
    buffer.raw = (48).to_bytes(4, "little") + policy.to_bytes(4, "little") + bytes(12) + (50).to_bytes(4, "little") + \
        (10**6).to_bytes(8, "little") * 3 + bytes(4048)
    attempt("sched_setattr", (314, 274), 0, buffer, 0)
for nice in (-1, -20):
    attempt("setpriority", (141, 140), 0, 0, nice)
attempt("mlockall", (151, 230), 1)
attempt("mlock", (149, 228), buffer, 4096)
""",
        RIGHT + "\nimport os\nos.setpriority(os.PRIO_PROCESS, 0, 1)\nos.sched_yield()\n",
    ),
    _shared(
        "words are typed into the terminal that started the grading",
        "the instructor's shell",
        CALL + """
import fcntl, termios, os
for name in ("/dev/tty", "/dev/tty0", "/dev/console", "/dev/ptmx", "/dev/pts/0", "/proc/self/fd/0"):
    try:
        fd = os.open(name, os.O_RDWR)
    except OSError:
        continue
    for request in (termios.TIOCSTI, 0x541C, termios.TIOCSCTTY):
        try:
            fcntl.ioctl(fd, request, b"x")
            print("BREA" "CH", name, request)
        except OSError:
            pass
""",
        RIGHT + """
import array, fcntl, os, termios
here, there = os.pipe()
os.write(there, b"four")
waiting = array.array("i", [0])
fcntl.ioctl(here, termios.FIONREAD, waiting)
assert waiting[0] == 4 and not os.isatty(here)
""",
    ),
)
