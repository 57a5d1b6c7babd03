"""A list of system calls nobody's homework needs -> a filter in the kernel that refuses them, by hand-made BPF.

The filter is a second wall behind the namespaces of ``sandbox``: it keeps a student's process from what a flaw in
the kernel is usually reached through (new namespaces, mounts, tracing, keys, BPF, io_uring, rare socket families).
Sources: seccomp(2), linux/bpf_common.h, asm/unistd_64.h and asm-generic/unistd.h of Linux.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

__all__ = ["SUPPORTED", "install"]

# name: (number on x86_64, number on aarch64); None where an architecture has no such call
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "unshare": (272, 97), "setns": (308, 268), "pivot_root": (155, 41),
    "chroot": (161, 51), "mount": (165, 40), "umount2": (166, 39), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "mknod": (133, None), "mknodat": (259, 33), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "syslog": (103, 116), "personality": (135, 92), "sethostname": (170, 161),
    "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "iopl": (172, None), "ioperm": (173, None),
    "modify_ldt": (154, None), "uselib": (134, None), "vhangup": (153, 58), "mbind": (237, 235),
    "set_mempolicy": (238, 237), "migrate_pages": (256, 238), "move_pages": (279, 239), "vmsplice": (278, 75),
    "statmount": (457, 457), "listmount": (458, 458), "lsm_set_self_attr": (460, 460), "open_tree_attr": (467, 467),
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_CLONE, _CLONE3, _SOCKET, _IOCTL, _MMAP = (56, 220), (435, 435), (41, 198), (16, 29), (9, 222)
_FCNTL, _SETSID = (72, 25), (112, 157)
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEWTIME | NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_SOCKET_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: in a network of one's own they reach nobody
_TIOCSTI = 0x5412
# F_SETLEASE holds up whoever opens a file that others share; F_NOTIFY (as inotify, above) tells who does, so that two
# students could talk; F_SETPIPE_SZ makes a pipe hold sixteen times the memory.
_FILE_COMMANDS = (1024, 1026, 1031)
_SHARED_ANONYMOUS = 0x01 | 0x20  # MAP_SHARED | MAP_ANONYMOUS: memory that counts for no process once it is let go of

_LOAD, _AND, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT, _FOURTH_ARGUMENT = 0, 4, 16, 24, 40  # in seccomp_data
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

SUPPORTED = platform.machine() in _ARCHITECTURES


def install() -> None:
    """Refuse the listed calls from now on, in this process and all it starts; needs no_new_privs to be set."""
    program = _program(platform.machine())
    block = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(block)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"the kernel took no seccomp filter: {os.strerror(code)}")


def _program(machine: str) -> bytes:
    """The filter as an array of struct sock_filter; every test jumps over the one return that follows it."""
    architecture, column = _ARCHITECTURES[machine]
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        _line(_IF_EQUAL, architecture, 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER),
        _line(_IF_AT_LEAST, 0x40000000, 0, 1),  # the x32 numbers would slip past this list
        _line(_RETURN, _KILL),
        *_refuse(_CLONE3[column], errno.ENOSYS),  # its flags lie in memory, unseen here; libc falls back to clone
    ]
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            lines += _refuse(number, errno.EPERM)
    lines += _when(_CLONE[column], [
        _line(_LOAD, _FIRST_ARGUMENT), _line(_IF_ANY_BIT, _NEW_NAMESPACES, 0, 1),
        _line(_RETURN, _ERRNO | errno.EPERM), _line(_RETURN, _ALLOW),
    ])  # fmt: skip
    families = [_line(_IF_EQUAL, f, len(_SOCKET_FAMILIES) - at, 0) for at, f in enumerate(_SOCKET_FAMILIES)]
    lines += _when(_SOCKET[column], [
        _line(_LOAD, _FIRST_ARGUMENT), *families,
        _line(_RETURN, _ERRNO | errno.EAFNOSUPPORT), _line(_RETURN, _ALLOW),
    ])  # fmt: skip
    lines += _refuse_commands(_IOCTL[column], (_TIOCSTI,))
    lines += _refuse_commands(_FCNTL[column], _FILE_COMMANDS)
    # A session of its own would be, to the scheduler, a group of its own, with a share of the processors as large as
    # a neighbour's. Programs go on as if they had one.
    lines += _refuse(_SETSID[column], 0)
    lines += _when(_MMAP[column], [
        _line(_LOAD, _FOURTH_ARGUMENT), _line(_AND, _SHARED_ANONYMOUS), _line(_IF_EQUAL, _SHARED_ANONYMOUS, 0, 1),
        _line(_RETURN, _ERRNO | errno.EPERM), _line(_RETURN, _ALLOW),
    ])  # fmt: skip
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _refuse(number: int, code: int) -> list[bytes]:
    return _when(number, [_line(_RETURN, _ERRNO | code)])


def _refuse_commands(number: int, commands: tuple[int, ...]) -> list[bytes]:
    """Refuse a call whose second argument is one of these, as of ``ioctl`` and ``fcntl``."""
    found = [_line(_IF_EQUAL, command, len(commands) - 1 - at, 0) for at, command in enumerate(commands[:-1])]
    found.append(_line(_IF_EQUAL, commands[-1], 0, 1))
    return _when(number, [
        _line(_LOAD, _SECOND_ARGUMENT), *found, _line(_RETURN, _ERRNO | errno.EPERM), _line(_RETURN, _ALLOW),
    ])  # fmt: skip


def _when(number: int, then: list[bytes]) -> list[bytes]:
    return [_line(_IF_EQUAL, number, 0, len(then)), *then]
