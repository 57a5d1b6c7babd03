"""A notebook graded here and now -> whether students' code is shut in, with whose user ids, and how small.

Nothing is concluded from settings that could be tried: the engine is started as for a class, and grades one notebook.
Settings are read only to say which of them refuses.
"""

from __future__ import annotations

import errno
import json
import os
import pwd
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapewise.doctor.line import Line, State
from shapewise.doctor.machine import on_systemd
from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Verdict
from shapewise.grading.server.ids import subordinate_ids

__all__ = ["sandbox"]

_SETTINGS = (  # (the setting, what it must not be, the command that mends it)
    ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=15000"),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1",
     "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
)  # fmt: skip
_KINDS = ("user", "pid", "mnt", "net", "ipc", "uts", "cgroup")  # of namespaces that each notebook needs some of
_FEW = 64
_FIRST, _RANGE = 100_000, 65_536  # of subordinate ids, as login.defs(5) has it
_ANSWER = "def added(x):\n    return x + 1"
_TEST = "from shapewise import call\n\nassert call(added, 1).result == 2"


def sandbox() -> Iterator[Line]:
    """Three lines: namespaces, user ids, cgroups. The last two only where there is a sandbox to speak of."""
    try:
        with Engine() as engine:
            engine.wait_until_ready()
            verdict = engine.grade_notebook(_key(), json.dumps(_key()).encode())
            resources = engine.resources
    except SandboxUnavailableError as error:
        yield _refused(error)
        return
    except RuntimeError as error:
        yield Line("Namespaces", State.MISSING, f"grading was tried, and failed: {error}")
        return
    ended = verdict.tests["added_test"]
    if ended.verdict is not Verdict.PASSED:
        yield Line("Namespaces", State.MISSING, f"a right answer was graded as {ended.verdict}: {ended.detail}")
        return
    yield Line("Namespaces", State.GOOD, "a notebook was graded in its sandbox just now")
    apart, _, small = resources.partition("; ")
    yield _ids(apart)
    yield _cgroups(small)


def _refused(error: SandboxUnavailableError) -> Line:
    """No sandbox: the setting that refuses it, if one does, and else the engine's own sentence."""
    for name, refuses, mend in _SETTINGS:
        if os.geteuid() == 0 and not name.startswith("user/"):
            continue  # root is not bound by these
        if _setting(name) == refuses:
            setting = name.replace("/", ".")
            return Line("Namespaces", State.MISSING, f"switched off ({setting} is {refuses}): nothing is graded", mend)
    if os.strerror(errno.ENOSPC) in str(error):  # so says the kernel of a limit that is reached
        return _too_few(error)
    if _in_container():
        allowed = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined ..."
        return Line("Namespaces", State.MISSING, f"this container may make none. {_first(error)}", allowed)
    return Line("Namespaces", State.MISSING, str(error))


def _too_few(error: SandboxUnavailableError) -> Line:
    """There are namespaces, but not as many as a notebook needs, of the kind whose limit is lowest."""
    limits = {kind: _setting(f"user/max_{kind}_namespaces") for kind in _KINDS}
    lowest = min((kind for kind in _KINDS if limits[kind].isdecimal()), key=lambda kind: int(limits[kind]), default="")
    if not lowest or int(limits[lowest]) > _FEW:
        said = f"as many are in use as this user may have. {_first(error)}"
        return Line("Namespaces", State.MISSING, said, "lsns --output NS,TYPE,NPROCS,PID,USER")
    setting = f"user.max_{lowest}_namespaces"
    said = f"too few are allowed ({setting} is {limits[lowest]}): nothing is graded"
    return Line("Namespaces", State.MISSING, said, f"sudo sysctl {setting}=15000")


def _first(error: Exception) -> str:
    return str(error).partition(". ")[0] + "."


def _in_container() -> bool:
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def _setting(name: str) -> str:
    return _text(Path("/proc/sys", name)).strip()


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _ids(apart: str) -> Line:
    if "of its own" in apart:
        return Line("User ids", State.GOOD, f"students' processes run {apart}")
    said = f"students' processes run {apart}: only the namespaces keep them from your files"
    if os.geteuid() == 0:
        return Line("User ids", State.WEAK, f"{said}; no range of ids is mapped here that no account has")
    return Line("User ids", State.WEAK, said, _give_ids())


def _give_ids() -> str:
    """The command that gives an ordinary user ids to hand out, as ``useradd`` would; what is there is left out."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # no account, no ids: newuidmap(1) looks the account up
        return "grade as a user who has an account on this machine"
    steps = [] if all(map(shutil.which, ("newuidmap", "newgidmap"))) else ["sudo apt install uidmap"]
    own = {name, str(os.geteuid())}
    tables = {kind: Path(f"/etc/sub{kind}") for kind in ("uid", "gid")}
    if not all(subordinate_ids(table, own) for table in tables.values()):
        first = max(map(_first_free, tables.values()))
        given = f"{first}-{first + _RANGE - 1}"
        steps.append(f"sudo usermod --add-subuids {given} --add-subgids {given} {shlex.quote(name)}")
    if not steps:  # the ids are there; only what others may read can be mounted for them
        folders = dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(__file__).parents[1])))
        steps = [f"chmod -R go+rX {' '.join(map(shlex.quote, folders))}"]
    return " && ".join(steps)


def _first_free(table: Path) -> int:
    """The first id after all that a table in subuid(5)'s form gives away."""
    parts = (line.split(":") for line in _text(table).splitlines())
    numbers = [[int(part) for part in line[1:3]] for line in parts if len(line) > 2 and "".join(line[1:3]).isdecimal()]
    return max([_FIRST, *(first + count for first, count in numbers)])


def _cgroups(small: str) -> Line:
    if "cgroup" in small:
        return Line("Cgroups", State.GOOD, small)
    said = f"{small} alone: what a notebook's processes take together is watched, not bound"
    if _of_version_1():
        old = f"{said}; this machine has version 1 of them, and version 2 is needed"
        return Line("Cgroups", State.WEAK, old, _to_version_2())
    if on_systemd():
        user = "" if os.geteuid() == 0 else "--user "
        return Line("Cgroups", State.WEAK, said, f"systemd-run {user}--scope -p Delegate=yes shapewise grade ...")
    if _in_container():
        return Line("Cgroups", State.WEAK, said, "docker run --privileged --cgroupns=private ...")
    return Line("Cgroups", State.WEAK, said, "sudo mount -t cgroup2 none /sys/fs/cgroup")


def _of_version_1() -> bool:
    """Whether the controllers that are needed are bound to version 1, where version 2 cannot have them."""
    mounts = (line.partition(" - cgroup ")[2].split() for line in _text(Path("/proc/self/mountinfo")).splitlines())
    return any({"memory", "pids"} & set(mount[-1].split(",")) for mount in mounts if mount)


def _to_version_2() -> str:
    option = "systemd.unified_cgroup_hierarchy=1" if on_systemd() else "cgroup_no_v1=all"
    if not Path("/etc/default/grub").is_file():
        where = "the machine that runs this container" if _in_container() else "this machine"
        return f"start {where} with the kernel's option {option}"
    line = f's/^GRUB_CMDLINE_LINUX="/&{option} /'
    return f"sudo sed -i '{line}' /etc/default/grub && sudo update-grub && sudo reboot"


def _key() -> dict[str, Any]:
    """A notebook of one exercise, answered; its own key."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        _cell("added", _ANSWER, solution=True), _cell("added_test", _TEST, grade=True, locked=True, points=1),
    ]}  # fmt: skip


def _cell(name: str, text: str, **marks: Any) -> dict[str, Any]:
    marks = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3, **marks}
    return {
        "cell_type": "code", "id": name.replace("_", "-"), "execution_count": None, "outputs": [], "source": text,
        "metadata": {"nbgrader": {"grade_id": name, **marks}},
    }  # fmt: skip
