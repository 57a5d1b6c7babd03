"""System calls by which sandboxes are usually left, privileges taken, and limits lifted."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

__all__ = ["ATTACKS", "CALL"]

CALL = NOTHING + """
import ctypes, errno, os, platform
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
column = ["x86_64", "aarch64"].index(platform.machine())
def attempt(name, numbers, *args):
    number = numbers[column]
    if number is None:
        return
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args]) >= 0:
        print("BREA" "CH", name)
buffer = ctypes.create_string_buffer(4096)
"""

ATTACKS = (
    Attack(
        "other processes are traced and their memory read",
        "the memory of the judge",
        {"doubled": CALL + """
for pid in (1, 2, @PID@, os.getppid()):
    attempt("ptrace attach", (101, 117), 16, pid, 0, 0)
    attempt("ptrace seize", (101, 117), 0x4206, pid, 0, 0)
    attempt("process_vm_readv", (310, 270), pid, buffer, 1, buffer, 1, 0)
    attempt("process_vm_writev", (311, 271), pid, buffer, 1, buffer, 1, 0)
    attempt("kcmp", (312, 272), pid, pid, 0, 0, 0)
attempt("ptrace traceme", (101, 117), 0, 0, 0, 0)
for fd in range(3, 20):
    attempt("pidfd_getfd", (438, 438), fd, 0, 0)
"""},
        {"doubled": RIGHT + "\nimport ctypes, os\nassert ctypes.CDLL(None).getpid() == os.getpid()\n"},
    ),
    Attack(
        "new namespaces are made, old ones entered",
        "privileges inside a fresh namespace",
        {"doubled": CALL + """
for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x4000000, 0x8000000, 0x2000000, 0x80):
    attempt("unshare", (272, 97), flag)
    attempt("clone", (56, 220), flag | 17, 0, 0, 0, 0)
for name in ("user", "mnt", "pid", "net"):
    try:
        fd = os.open(f"/proc/self/ns/{name}", os.O_RDONLY)
    except OSError:
        continue
    attempt("setns", (308, 268), fd, 0)
"""},
        {"doubled": RIGHT + """
import os
pid = os.fork()
if pid == 0:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
"""},
    ),
    Attack(
        "file systems are mounted, the root changed, read-only made writable",
        "the packages and the instructor's files",
        {"doubled": CALL + """
root, folder, tmpfs, proc = b"/", b"/scratch/work", b"tmpfs", b"proc"
attempt("remount", (165, 40), None, root, None, 32 | 4096, None)
attempt("mount", (165, 40), tmpfs, folder, tmpfs, 0, None)
attempt("bind", (165, 40), root, folder, None, 4096, None)
attempt("proc", (165, 40), proc, folder, proc, 0, None)
for path in (b"/proc", b"/scratch", b"/usr"):
    attempt("umount", (166, 39), path, 2)
attempt("chroot", (161, 51), folder)
attempt("pivot_root", (155, 41), folder, folder)
attempt("open_tree", (428, 428), -100, root, 1)
attempt("fsopen", (430, 430), tmpfs, 0)
attempt("mount_setattr", (442, 442), -100, root, 0, buffer, 32)
attempt("mknod", (259, 33), -100, b"/scratch/work/disk", 0o60666, 0x800)
attempt("open_by_handle_at", (304, 265), 3, buffer, 0)
"""},
        {"doubled": RIGHT + """
import os
assert os.statvfs(".").f_bsize and not os.path.ismount(".")
os.mkfifo("pipe")
"""},
    ),
    Attack(
        "parts of the kernel with a bad record are called",
        "the kernel",
        {"doubled": CALL + """
attempt("bpf", (321, 280), 0, buffer, 72)
attempt("io_uring_setup", (425, 425), 8, buffer)
attempt("perf_event_open", (298, 241), buffer, 0, -1, -1, 0)
attempt("userfaultfd", (323, 282), 1)
attempt("add_key", (248, 217), b"user", b"k", b"v", 1, -3)
attempt("keyctl", (250, 219), 0, -3, 1)
attempt("memfd_create", (319, 279), b"m", 0)
attempt("fanotify_init", (300, 262), 0, 0)
attempt("init_module", (175, 105), buffer, 10, b"")
attempt("kexec_load", (246, 104), 0, 0, 0, 0)
attempt("reboot", (169, 142), 0xFEE1DEAD, 672274793, 0, 0)
attempt("swapoff", (168, 225), b"/swap")
attempt("syslog", (103, 116), 3, buffer, 100)
attempt("sethostname", (170, 161), b"owned", 5)
attempt("clock_settime", (227, 112), 0, buffer)
attempt("personality", (135, 92), 0x40000)
attempt("modify_ldt", (154, None), 0, buffer, 16)
attempt("shmget", (29, 194), 0, 4096, 0o1600)
attempt("mq_open", (240, 180), b"q", 0o102, 0o600, 0)
"""},
        {"doubled": RIGHT + """
import os, resource, time
assert time.clock_gettime(time.CLOCK_MONOTONIC) > 0 and os.uname().sysname == "Linux"
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
"""},
    ),
    Attack(
        "the process makes itself another user, more important, and without limits",
        "limits and privileges",
        {"doubled": NOTHING + """
import os, resource
def attempt(what, *args):
    try:
        what(*args)
    except (OSError, ValueError):
        return
    print("BREA" "CH", what, args)
attempt(os.setuid, 0)
attempt(os.setgid, 0)
attempt(os.setgroups, [0])
attempt(os.nice, -5)
attempt(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(50))
for kind in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
    soft, hard = resource.getrlimit(kind)
    attempt(resource.setrlimit, kind, (hard + 1, hard + 1))
    attempt(resource.setrlimit, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
attempt(os.chown, "/usr", os.getuid(), os.getgid())
attempt(os.chmod, "/usr", 0o777)
for program in ("su", "sudo", "mount", "passwd", "newuidmap", "pkexec"):
    if os.system(f"{program} -c id root </dev/null >/dev/null 2>&1") == 0 and os.geteuid() == 0:
        print("BREA" "CH", program)
"""},
        {"doubled": RIGHT + """
import os, resource
os.nice(1)
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (soft // 2, hard))
os.chmod("data/numbers.txt", 0o600)
"""},
    ),
    Attack(
        "32-bit calls go around the list",
        "the filter on system calls",
        {"doubled": NOTHING + """
import ctypes, mmap, platform
def doubled(x):
    if platform.machine() == "x86_64":
        # mov eax, 26 (ptrace, 32 bit); xor ebx, ebx; int 0x80; ret
        code = bytes.fromhex("b81a00000031db31c931d231f6cd80c3")
        with open("code", "wb+") as file:
            file.write(code.ljust(4096, b"\\x90"))
            file.flush()
            try:
                area = mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, 7)
            except OSError:
                area = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
                area.write(code)
            run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))
            if run() == 0:
                raise RuntimeError("BREA" "CH")
    return x
"""},
        {"doubled": """
import ctypes
twice = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n * 2)
def doubled(x):
    return x * twice(1)
"""},
    ),
)
