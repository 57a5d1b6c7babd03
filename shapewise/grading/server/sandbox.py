"""Where a student's code runs: namespaces, mounts, limits. Linux only; what is missing is told in a sentence.

Two layers. ``enter_world`` is called once, by the warm server: user, pid, mount, network and IPC namespaces of its own,
and a root that holds the system and the packages, read-only, and nothing else. ``enter_cell`` is called by each child
forked from it: again namespaces of its own, an empty scratch folder, limits, no privileges, a filter on system calls.
Sources: namespaces(7), user_namespaces(7), pivot_root(2), mount_setattr(2), capabilities(7).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import site
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits
from shapewise.grading.server import seccomp

__all__ = ["SCRATCH", "enter_cell", "enter_world", "limit_resources", "new_pid_namespace"]

SCRATCH = "/scratch"
_NEW_USER, _NEW_PID, _NEW_MOUNTS = 0x10000000, 0x20000000, 0x00020000
_NEW_NET, _NEW_IPC, _NEW_UTS = 0x40000000, 0x08000000, 0x04000000
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _PRIVATE, _DETACH = 32, 4096, 16384, 1 << 18, 2
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_MOUNT_SETATTR, _AT_RECURSIVE = 442, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 4, 38, 47
_UNPRIVILEGED_BASE, _UNPRIVILEGED_COUNT = 0x70000000, 65536  # host ids that no account has
_STUDENT_UID = 1000
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives", "/etc/mime.types")
# No /dev/zero: mapped and shared, it gives memory that no process is charged for.
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
# Who one is and what this machine is called is looked up there: without them ``pwd`` and ``localhost`` fail.
_NAMES = {
    "/etc/passwd": "".join(f"student:x:{uid}:{uid}::{SCRATCH}:/bin/sh\n" for uid in range(1000, 1064)),
    "/etc/group": "".join(f"student:x:{gid}:\n" for gid in range(1000, 1064)),
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def enter_world(hidden: Sequence[str]) -> bool:
    """Go on in namespaces of its own with a read-only root; returns, in a child, whether ids are many.

    The caller goes on as process 1 of a fresh pid namespace: the original process stays behind, waits and passes the
    exit code on. ``hidden`` paths are covered even where they lie inside the system or the packages.
    """
    if _libc is None or not seccomp.SUPPORTED:
        raise SandboxUnavailableError(f"{sys.platform} on this processor has no user namespaces for this engine.")
    many = os.geteuid() == 0 and _free_ids() is not None
    uid, gid = os.geteuid(), os.getegid()  # read before unshare: inside, they read as nobody
    mapped, report = _map_from_outside() if many else (None, None)
    _call("unshare", _NEW_USER | _NEW_PID | _NEW_MOUNTS | _NEW_NET | _NEW_IPC | _NEW_UTS)
    if mapped is not None and report is not None:
        os.write(report, b".")
        if os.read(mapped, 1) != b".":
            raise SandboxUnavailableError("User namespaces exist, but their ids could not be mapped.")
    else:
        _write_maps(0, uid, gid)
    child = os.fork()
    if child:
        os.closerange(3, 4096)  # the server's end shows by the end of its connection, so none may be left here
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _build_root(_readable(), [os.path.realpath(path) for path in hidden], many)
    return many


def new_pid_namespace() -> int:
    """Let the next fork be process 1 of a fresh pid namespace; returns a descriptor for ``os.close`` after it."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    _call("unshare", _NEW_PID)
    return own


def back_to_own_pid_namespace(own: int) -> None:
    """Undo ``new_pid_namespace`` for the forks to come."""
    _call("setns", own, _NEW_PID)
    os.close(own)


def enter_cell(slot: int, many_ids: bool, limits: Limits) -> None:
    """Shut this freshly forked child into its own sandbox, for good."""
    assert _libc is not None
    os.setsid()
    limit_resources(limits)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # when memory is short, this process goes first
    _call("unshare", _NEW_MOUNTS | _NEW_NET | _NEW_IPC | _NEW_UTS)
    uid = _STUDENT_UID + slot if many_ids else 0
    try:
        _mount("proc", "/proc", "proc", _NO_SUID | _NO_DEV | _NO_EXEC)
    except OSError:  # inside another sandbox a fresh /proc can be refused: then there is none
        _mount("none", "/proc", "tmpfs", _READ_ONLY | _NO_SUID | _NO_DEV | _NO_EXEC, "size=4k")
    size = f"size={limits.scratch_bytes},nr_inodes=4096,mode=700,uid={uid},gid={uid}"
    _mount("none", SCRATCH, "tmpfs", _NO_SUID | _NO_DEV | _NO_EXEC, size)
    if many_ids:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        _call("unshare", _NEW_USER)  # so that the limit on processes counts this child's alone
        _write_maps(_STUDENT_UID, 0, 0)
    for folder in ("work", "tmp", "shm"):
        Path(SCRATCH, folder).mkdir()
    os.chdir(f"{SCRATCH}/work")
    _drop_privileges()
    seccomp.install()


def limit_resources(limits: Limits) -> None:
    """Bound what this process and each one it starts may take."""
    import resource  # which Windows has not; there an engine comes no further than to say so

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    wanted = {
        "RLIMIT_AS": pages * resource.getpagesize() + limits.memory_bytes if pages else None,
        "RLIMIT_FSIZE": limits.scratch_bytes,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_CPU": int(limits.notebook_seconds) + 5,
    }
    for name, most in wanted.items():
        if most is not None and hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (most, most))


def _free_ids() -> int | None:
    """The first of a range of host ids that no account uses, if this process may hand them out."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, count = map(int, line.split())
        if inside <= _UNPRIVILEGED_BASE and inside + count >= _UNPRIVILEGED_BASE + _UNPRIVILEGED_COUNT:
            return _UNPRIVILEGED_BASE
        if inside >= 1000 and count >= 2 * _STUDENT_UID:
            return inside
    return None


def _map_from_outside() -> tuple[int, int]:
    """Start a helper that writes this process's id maps once it has unshared; returns (mapped, report) pipes."""
    mapped_read, mapped_write = os.pipe()
    report_read, report_write = os.pipe()
    target = os.getpid()
    if os.fork() == 0:
        done = b"!"
        os.close(report_write)
        if os.read(report_read, 1) == b".":
            base = _free_ids()
            count = min(_UNPRIVILEGED_COUNT, 2 * _STUDENT_UID if base != _UNPRIVILEGED_BASE else _UNPRIVILEGED_COUNT)
            try:
                for kind in ("uid", "gid"):
                    Path(f"/proc/{target}/{kind}_map").write_text(f"0 {base} {count}")
                done = b"."
            except OSError:
                pass
        os.write(mapped_write, done)
        os._exit(0)
    os.close(mapped_write)
    os.close(report_read)
    return mapped_read, report_write


def _write_maps(inside: int, uid: int, gid: int) -> None:
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {gid} 1")


def _readable() -> list[str]:
    """The folders that Python and its packages are loaded from, and the system's own."""
    import shapewise

    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *site.getsitepackages()]
    paths += [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    # An editable installation lies in the course's own folder: the package may be read, the rest may not.
    paths += [str(Path(shapewise.__file__).parent)]
    return [os.path.realpath(path) for path in (*paths, *_SETTINGS) if Path(path).exists()]


def _build_root(readable: list[str], hidden: list[str], many: bool) -> None:
    """Mount the world on a fresh tmpfs and make it the root."""
    _mount("none", "/", None, _REC | _PRIVATE)
    links = {path: Path(path).readlink() for path in _SYSTEM if Path(path).is_symlink()}
    system = [path for path in _SYSTEM if path not in links and Path(path).exists()]
    wanted = _outermost([*readable, *system])
    # Opened before ids change: the instructor's own folders may be closed to everybody else.
    opened = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in (*wanted, *_DEVICES)}
    if many:
        os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)  # changing ids took it away, and /proc/self with it
    root = "/tmp"
    _mount("none", root, "tmpfs", _NO_SUID | _NO_DEV, "size=1m,mode=755")
    for path, descriptor in opened.items():
        _bind(descriptor, root + path, no_devices=path not in _DEVICES)
    for path in hidden:
        if any(path == outer or path.startswith(f"{outer}/") for outer in wanted) and Path(root + path).is_dir():
            _mount("none", root + path, "tmpfs", _READ_ONLY | _NO_SUID | _NO_DEV, "size=4k")
    for folder in ("/proc", SCRATCH):
        Path(root + folder).mkdir()
    for file, text in _NAMES.items():
        Path(root + file).parent.mkdir(exist_ok=True)
        Path(root + file).write_text(text)
    links |= {"/tmp": Path(SCRATCH, "tmp"), "/dev/shm": Path(SCRATCH, "shm")}
    for path, target in links.items():
        if not Path(root + path).exists():  # packages may be installed below /tmp; TMPDIR names the scratch's
            Path(root + path).symlink_to(target)
    _mount("proc", f"{root}/proc", "proc", _NO_SUID | _NO_DEV | _NO_EXEC)
    _protect(root, recursive=False)
    os.chdir(root)
    _call("syscall", _SYS_PIVOT_ROOT[os.uname().machine], b".", b".")
    _call("umount2", b".", _DETACH)
    os.chdir("/")
    for descriptor in opened.values():
        os.close(descriptor)
    if not os.access(__file__, os.R_OK):
        package = Path(__file__).parent
        raise SandboxUnavailableError(f"An unprivileged user may not read {package}: give others read access.")


def _outermost(paths: Iterable[str]) -> list[str]:
    """The paths that lie in no other of them, in order."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(f"{outer}/") for outer in found):
            found.append(path)
    return found


def _bind(descriptor: int, target: str, *, no_devices: bool) -> None:
    source = f"/proc/self/fd/{descriptor}"
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        Path(target).mkdir(exist_ok=True)
    else:
        Path(target).touch()
    _mount(source, target, None, _BIND | _REC)
    _protect(target, recursive=True, no_devices=no_devices)


def _protect(target: str, *, recursive: bool, no_devices: bool = True) -> None:
    attributes = struct.pack("QQQQ", _READ_ONLY | _NO_SUID | (_NO_DEV if no_devices else 0), 0, 0, 0)
    _call("syscall", _SYS_MOUNT_SETATTR, -100, target.encode(), _AT_RECURSIVE if recursive else 0, attributes, 32)


def _drop_privileges() -> None:
    assert _libc is not None
    _libc.prctl(_PR_CAP_AMBIENT, 4, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    _call("capset", header, ctypes.create_string_buffer(24))
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    kind_bytes = kind.encode() if kind is not None else None
    _call("mount", source.encode(), target.encode(), kind_bytes, ctypes.c_ulong(flags), options.encode() or None)


def _call(name: str, *arguments: object) -> None:
    """A call of libc's; a refusal is an error in words."""
    assert _libc is not None
    if getattr(_libc, name)(*arguments) < 0:
        code = ctypes.get_errno()
        if name == "unshare" or code == 38:
            raise SandboxUnavailableError(f"The kernel refused {name} ({os.strerror(code)}).")
        raise OSError(code, f"{name}: {os.strerror(code)}")
