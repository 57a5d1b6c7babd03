"""A notebook graded here and now -> whether students' code is shut in, with whose user ids, and how small.

Nothing is concluded from settings that could be tried: the engine is started as for a class, and grades one notebook.
Settings are read only to say which of them refuses.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapewise.doctor.line import Line, State
from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Verdict

__all__ = ["sandbox"]

_SETTINGS = (  # (the setting, what it must not be, the command that mends it)
    ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=15000"),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1",
     "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
)  # fmt: skip
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
    if _in_container():
        allowed = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined ..."
        return Line("Namespaces", State.MISSING, f"this container may make none. {_first(error)}", allowed)
    return Line("Namespaces", State.MISSING, str(error))


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
    tools = "" if all(map(shutil.which, ("newuidmap", "newgidmap"))) else "sudo apt install uidmap && "
    ranges = "--add-subuids 100000-165535 --add-subgids 100000-165535"
    return Line("User ids", State.WEAK, said, f'{tools}sudo usermod {ranges} "$(id -un)"')


def _cgroups(small: str) -> Line:
    if "cgroup" in small:
        return Line("Cgroups", State.GOOD, small)
    said = f"{small} alone: what a notebook's processes take together is watched, not bound"
    if " - cgroup cgroup " in _text(Path("/proc/self/mountinfo")):  # the controllers are version 1's
        option = "s/^GRUB_CMDLINE_LINUX=\"/&systemd.unified_cgroup_hierarchy=1 /"
        grub = f"sudo sed -i '{option}' /etc/default/grub && sudo update-grub && sudo reboot"
        return Line("Cgroups", State.WEAK, f"{said}; this machine has version 1 of them, and version 2 is needed", grub)
    if Path("/run/systemd/system").is_dir():
        user = "" if os.geteuid() == 0 else "--user "
        return Line("Cgroups", State.WEAK, said, f"systemd-run {user}--scope -p Delegate=yes shapewise grade ...")
    if _in_container():
        return Line("Cgroups", State.WEAK, said, "docker run --privileged --cgroupns=private ...")
    return Line("Cgroups", State.WEAK, said, "sudo mount -t cgroup2 none /sys/fs/cgroup")


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
