"""A machine's file system -> the root that students' processes see: the system and the packages, read-only, no more.

Sources: mount_namespaces(7), pivot_root(2), mount_setattr(2), proc(5), tmpfs(5).
"""

from __future__ import annotations

import ctypes
import json
import os
import site
import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.server.libc import NEW_MOUNTS, PR_SET_DUMPABLE, call

__all__ = [
    "SCRATCH",
    "build_root",
    "mount_files",
    "mount_nothing",
    "mount_proc",
    "mount_scratch",
    "open_to_others",
    "readable",
    "write_files",
]

SCRATCH = "/scratch"
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC = 1, 2, 4, 8
_BIND, _REC, _PRIVATE, _DETACH = 4096, 16384, 1 << 18, 2
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_MOUNT_SETATTR, _AT_RECURSIVE = 442, 0x8000
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_UIDS = (*range(1, 64), *range(1000, 1064))  # those that students' processes have
# Who one is and what this machine is called is looked up there: without them ``pwd`` and ``localhost`` fail.
_NAMES = {
    "/etc/passwd": "".join(f"student:x:{uid}:{uid}::{SCRATCH}:/bin/sh\n" for uid in _UIDS),
    "/etc/group": "".join(f"student:x:{gid}:\n" for gid in _UIDS),
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives", "/etc/mime.types")
# No /dev/zero: mapped and shared, it gives memory that no process is charged for.
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
# The processes alone, of /proc, and of those one's own: nothing of the machine, no /proc/sys. The last is for kernels
# that know no better; its /proc/sys is read-only with the rest.
_PROC_OPTIONS = ("subset=pid,hidepid=2", "subset=pid", "hidepid=2", "")


def readable() -> list[str]:
    """The folders that Python and its packages are loaded from, and the system's settings."""
    import shapewise

    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *site.getsitepackages()]
    paths += [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    # An editable installation lies in the course's own folder: the package may be read, the rest may not.
    paths += [str(Path(shapewise.__file__).parent)]
    return [os.path.realpath(path) for path in (*paths, *_SETTINGS) if Path(path).exists()]


def open_to_others() -> bool:
    """Whether somebody with another id than this process could read the packages, as far as their modes tell."""
    import shapewise

    files = [Path(os.path.realpath(sys.executable)), Path(shapewise.__file__), Path(__file__)]
    folders = [Path(path) for path in readable() if Path(path).is_dir()]
    return all(path.stat().st_mode & 0o5 == 0o5 for path in (*folders, files[0])) and all(
        path.stat().st_mode & 0o4 for path in files
    )


def build_root(many: bool, hidden: int | None) -> None:
    """Mount the world on a fresh tmpfs and make it the root, as user 0 of this namespace.

    ``hidden`` is a descriptor to read a JSON list of paths from, which are covered even inside the packages.
    """
    _mount("none", "/", None, _REC | _PRIVATE)
    links = {path: Path(path).readlink() for path in _SYSTEM if Path(path).is_symlink()}
    system = [path for path in _SYSTEM if path not in links and Path(path).exists()]
    wanted = _outermost([*readable(), *system])
    # Opened before ids change: the instructor's own folders may be closed to everybody else.
    opened = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in (*wanted, *_DEVICES)}
    if many:
        os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # changing ids took it away, and /proc/self with it
    root = "/tmp"
    _mount("none", root, "tmpfs", _NO_SUID | _NO_DEV, "size=1m,mode=755")
    for path, descriptor in opened.items():
        _bind(descriptor, root + path, no_devices=path not in _DEVICES)
    if hidden is not None:
        _cover(root, wanted, hidden)
    for folder in ("/proc", SCRATCH):
        Path(root + folder).mkdir()
    for file, text in _NAMES.items():
        Path(root + file).parent.mkdir(exist_ok=True)
        Path(root + file).write_text(text)
    links |= {"/tmp": Path(SCRATCH, "tmp"), "/dev/shm": Path(SCRATCH, "shm")}
    for path, target in links.items():
        if not Path(root + path).exists():  # packages may be installed below /tmp; TMPDIR names the scratch's
            Path(root + path).symlink_to(target)
    mount_proc(f"{root}/proc", read_only=False)
    _protect(root, recursive=False)
    os.chdir(root)
    call("syscall", _SYS_PIVOT_ROOT[os.uname().machine], b".", b".")
    call("umount2", b".", _DETACH)
    os.chdir("/")
    for descriptor in opened.values():
        os.close(descriptor)
    if not os.access(__file__, os.R_OK):
        package = Path(__file__).parent
        raise SandboxUnavailableError(f"An unprivileged user may not read {package}: give others read access.")


def mount_proc(target: str, *, read_only: bool) -> None:
    """A /proc of this pid namespace's processes; OSError where the kernel lets none be mounted.

    Read-only, so that what a file there sets (how soon memory runs out for whom) is not a student's to set.
    """
    flags = _NO_SUID | _NO_DEV | _NO_EXEC | (_READ_ONLY if read_only else 0)
    refused: OSError | None = None
    for options in _PROC_OPTIONS:
        try:
            return _mount("proc", target, "proc", flags, options)
        except OSError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def mount_scratch(uid: int, size: int) -> None:
    """An empty folder that only ``uid`` may write to."""
    options = f"size={size},nr_inodes=4096,mode=700,uid={uid},gid={uid}"
    _mount("none", SCRATCH, "tmpfs", _NO_SUID | _NO_DEV | _NO_EXEC, options)


def mount_files(files: Mapping[str, bytes], size: int) -> str:
    """A folder of this process alone that holds these files, read-only: the folder's path."""
    call("unshare", NEW_MOUNTS)
    mount_scratch(os.getuid(), size)
    folder = Path(SCRATCH, "work")
    write_files(files, folder)
    _protect(SCRATCH, recursive=False)
    return str(folder)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay files, by their relative paths, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def mount_nothing(target: str) -> None:
    """Cover a folder with an empty one."""
    _mount("none", target, "tmpfs", _READ_ONLY | _NO_SUID | _NO_DEV | _NO_EXEC, "size=4k")


def _cover(root: str, wanted: list[str], hidden: int) -> None:
    """In a process of its own, so that the names of what is hidden are in no memory that a student's is forked from."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with os.fdopen(hidden, "rb") as told:
                paths = json.load(told)
            for path in paths:
                inside = any(path == outer or path.startswith(f"{outer}/") for outer in wanted)
                if inside and Path(root + path).is_dir():
                    mount_nothing(root + path)
            code = 0
        finally:
            os._exit(code)
    os.close(hidden)
    if os.waitpid(pid, 0)[1]:
        raise SandboxUnavailableError("The course's folders inside the packages could not be covered.")


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
    call("syscall", _SYS_MOUNT_SETATTR, -100, target.encode(), _AT_RECURSIVE if recursive else 0, attributes, 32)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    kind_bytes = kind.encode() if kind is not None else None
    call("mount", source.encode(), target.encode(), kind_bytes, ctypes.c_ulong(flags), options.encode() or None)
