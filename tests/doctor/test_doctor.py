"""``shapewise doctor``: each line says what is true here and what mends it, the exit code whether grading works."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shapewise.doctor
from shapewise.doctor import State, machine, sandbox
from shapewise.doctor import course as doctor_of_course
from shapewise.doctor.course import exchange, gradebook
from shapewise.doctor.line import Line
from tests.conftest import ROOT

DOCTOR = (sys.executable, "-m", "shapewise", "doctor")
LINES = {"Python", "System", "Packages", "Namespaces", "Processors", "Memory", "Swap", "Clock", "Temporary", "Chromium"}
_OFF = 'echo {allowed} > /proc/sys/user/max_{kind}_namespaces && exec "$@"'
GIB = 2**30


def doctor(*before: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*before, *DOCTOR], cwd=cwd, capture_output=True, text=True, check=False)


def lines_of(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str, str]]:
    """(state, what is said, what mends it) by the line's name."""
    found: dict[str, tuple[str, str, str]] = {}
    for line in done.stdout.splitlines():
        state, _, rest = line.partition(" ")
        if state in set(State):
            name, _, said = rest.strip().partition("  ")
            found[name] = (state, said.strip(), "")
        elif line.strip().startswith("mend: "):
            last = list(found)[-1]
            found[last] = (*found[last][:2], line.strip().removeprefix("mend: "))
    return found


@pytest.fixture(scope="module")
def here() -> subprocess.CompletedProcess[str]:
    """The doctor, on this machine as it is."""
    return doctor()


def test_every_part_has_its_line_and_whatever_is_not_good_says_why(here: subprocess.CompletedProcess[str]) -> None:
    found = lines_of(here)
    assert found.keys() >= {*LINES, "Gradebook", "Exchange"}, here.stderr
    assert all(said for _, said, _ in found.values())


def test_the_exit_code_says_whether_grading_works(here: subprocess.CompletedProcess[str]) -> None:
    missing = [name for name, (state, _, _) in lines_of(here).items() if state == "missing"]
    assert here.returncode == bool(missing)
    assert ("Grading works here." in here.stdout) == (not missing)


def test_namespaces_ids_and_cgroups_are_those_that_a_class_would_get(here: subprocess.CompletedProcess[str]) -> None:
    from shapewise.grading.command.engine import Engine
    from shapewise.grading.messages.refusal import SandboxUnavailableError

    try:
        with Engine() as engine:
            engine.wait_until_ready()
            resources = engine.resources
    except SandboxUnavailableError:
        resources = ""
    found = lines_of(here)
    assert (found["Namespaces"][0] == "good") == bool(resources)
    if resources:
        assert (found["User ids"][0] == "good") == ("of its own" in resources)
        assert (found["Cgroups"][0] == "good") == ("cgroup" in resources)


@pytest.mark.parametrize(("kind", "allowed"), [("user", 0), ("user", 1), ("pid", 0), ("mnt", 0), ("cgroup", 0)])
def test_with_namespaces_switched_off_it_names_the_setting_and_the_command(kind: str, allowed: int) -> None:
    """Within a user namespace of its own, so that nobody else is touched: the setting is that namespace's."""
    unshare = shutil.which("unshare")
    tried = unshare and subprocess.run([unshare, "-U", "-r", "true"], capture_output=True, check=False).returncode == 0
    if not tried:
        pytest.skip("no user namespace can be made here to switch them off in")
    off = _OFF.format(allowed=allowed, kind=kind)
    done = doctor(str(unshare), "-U", "-r", "sh", "-c", off, "sh")
    state, said, mend = lines_of(done)["Namespaces"]
    assert state == "missing" and f"user.max_{kind}_namespaces is {allowed}" in said
    assert mend == f"sudo sysctl user.max_{kind}_namespaces=15000"
    assert done.returncode == 1 and "User ids" not in lines_of(done)


@pytest.mark.parametrize(
    ("table", "first"), [("", 100000), ("a:100000:65536\nb:165536:65536\n", 231072), ("x", 100000)]
)
def test_ids_that_an_account_is_to_get_overlap_with_nobody_s(table: str, first: int, tmp_path: Path) -> None:
    (tmp_path / "subuid").write_text(table, "utf-8")
    assert sandbox._first_free(tmp_path / "subuid") == first


def test_a_user_without_an_account_is_not_told_to_give_it_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: 1_234_567)
    assert sandbox._ids("all with one user id").mend == "grade as a user who has an account on this machine"


def test_who_has_ids_already_is_told_to_open_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "subordinate_ids", lambda table, own: (100_000, 65_536))
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: name)
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: 65534)
    assert sandbox._ids("all with one user id").mend.startswith("chmod -R go+rX ")


def test_outside_of_a_course_it_looks_at_the_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shapewise.__main__ import _course_if_any

    monkeypatch.chdir(tmp_path)
    assert _course_if_any(Path()) is None
    with pytest.raises(FileNotFoundError):
        _course_if_any(tmp_path)  # somebody named it


@pytest.mark.parametrize(
    ("free", "jobs", "state"), [(32, 2, State.GOOD), (5, 2, State.WEAK), (1, 2, State.MISSING), (32, 40, State.WEAK)]
)
def test_memory_is_held_against_the_notebooks_at_once(
    free: int, jobs: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "meminfo", lambda: {"MemAvailable": free * GIB})
    monkeypatch.setattr(machine, "_room_in_cgroup", lambda: float("inf"))
    line = machine.memory(jobs, 2 * GIB)
    assert line.state is state
    if state is not State.GOOD:
        fit = int(line.mend.rpartition("--jobs ")[2])
        assert fit == max(1, (free - 2) // 2)


@pytest.mark.parametrize(("files", "room"), [
    ({"memory.max": 5 * GIB, "memory.current": 4 * GIB, "memory.stat": f"anon 1\ninactive_file {3 * GIB}\n"}, 4 * GIB),
    ({"memory.max": "max", "memory.current": 4 * GIB}, float("inf")),
    ({"memory.limit_in_bytes": 5 * GIB, "memory.usage_in_bytes": GIB}, 4 * GIB),
    ({}, float("inf")),
])  # fmt: skip
def test_a_cgroup_s_limit_counts_without_what_the_kernel_gives_up(
    files: dict[str, object], room: float, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(f"{content}\n", "utf-8")
    assert machine._room_in(tmp_path) == room


@pytest.mark.parametrize(
    ("jobs", "load", "state"), [(2, 1, State.GOOD), (8, 1, State.WEAK), (2, 20, State.GOOD), (2, 30, State.WEAK)]
)
def test_processors_are_those_of_this_process_and_the_load_is_the_machine_s(
    jobs: int, load: float, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 16)
    monkeypatch.setattr(machine.os, "getloadavg", lambda: (load, 0, 0))
    line = machine.processors(jobs)
    assert line.state is state and line.said.startswith("2 for this process of 16")
    assert ("--jobs 2" in line.mend) == (jobs > 2)


def test_a_browser_that_does_not_run_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'requires the chromium snap' >&2\nexit 1\n", "utf-8")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert machine.browser().state is State.WEAK and "does not run" in machine.browser().said


def test_a_package_that_is_there_and_broken_is_missing() -> None:
    def broken() -> Iterator[Line]:
        raise ImportError("undefined symbol: _PyModule_Add")

    (line,) = shapewise.doctor._importing(broken)
    assert (line.name, line.state) == ("Packages", State.MISSING) and "undefined symbol" in line.said


def test_a_clock_that_nothing_keeps_right_is_mended_with_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_synchronized", lambda: False)
    for booted, command in ((True, "timedatectl"), (False, "chronyd")):
        monkeypatch.setattr(machine, "on_systemd", lambda booted=booted: booted)
        assert machine.clock().state is State.WEAK and command in machine.clock().mend


def test_swap_is_weak_where_no_cgroup_keeps_a_notebook_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "meminfo", lambda: {"SwapTotal": GIB})
    assert machine.swap(True).state is State.GOOD
    assert machine.swap(False).state is State.WEAK and "swapoff" in machine.swap(False).mend


def test_a_package_that_is_missing_or_too_old_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["rich>=1000", "no-such-package-here>=1", "pytest; extra == 'x'"]
    monkeypatch.setattr(machine, "requires", lambda name: wanted)
    line = machine.packages()
    assert line.state is State.MISSING
    assert "'rich>=1000'" in line.mend and "'no-such-package-here>=1'" in line.mend and "pytest" not in line.mend


def test_a_folder_for_temporary_files_that_takes_none_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.tempfile, "TemporaryFile", _refuses)
    assert machine.temporary().state is State.MISSING and "TMPDIR" in machine.temporary().mend


def _refuses() -> Iterator[None]:
    raise PermissionError(13, "Permission denied")


def test_where_no_folder_takes_a_temporary_file_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(machine.tempfile, "gettempdir", none)
    assert machine.temporary().state is State.MISSING and "No usable" in machine.temporary().said


def test_a_tmpdir_that_is_passed_over_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setattr(machine.tempfile, "tempdir", None)
    assert machine.temporary().state is State.WEAK and str(tmp_path / "gone") in machine.temporary().said


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with settings of its own; ``configured`` adds to them."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    return tmp_path


def configured(course: Path, line: str) -> Path:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return course


def test_a_course_without_a_gradebook_gets_none_by_being_looked_at(course: Path) -> None:
    line = gradebook(course)
    assert line.state is State.GOOD and "shapewise build" in line.said and not (course / "gradebook.db").exists()


def test_a_gradebook_is_good_if_it_can_be_read_and_written_and_missing_if_it_is_damaged(course: Path) -> None:
    path = course / "gradebook.db"
    with sqlite3.connect(path) as database:
        database.execute("create table student (id text)")
    assert gradebook(course).state is State.GOOD
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    assert gradebook(course).state is State.MISSING


def test_a_gradebook_is_found_wherever_the_course_lies(tmp_path: Path) -> None:
    course = tmp_path / "100% of #1? & more"
    course.mkdir()
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("create table student (id text)")
    assert gradebook(course).state is State.GOOD


@pytest.mark.parametrize(("mine", "command"), [(True, "chmod u+w"), (False, "sudo chown")])
def test_a_gradebook_that_cannot_be_written_is_mended_by_what_its_owner_or_root_may_do(
    mine: bool, command: str, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "gradebook.db").write_bytes(b"")
    monkeypatch.setattr(doctor_of_course.os, "access", lambda path, mode: False)
    if not mine:
        monkeypatch.setattr(doctor_of_course.os, "geteuid", lambda: 1_234_567)
    line = gradebook(course)
    assert line.state is State.MISSING and line.mend.startswith(command)


def test_settings_that_are_no_python_are_named_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config(\n", "utf-8")
    found = list(shapewise.doctor._of_course(tmp_path))
    assert {line.state for line in found} == {State.MISSING} and all("nbgrader_config.py" in one.mend for one in found)


@pytest.mark.parametrize("address", [
    "postgresql+nosuchdriver://a:secret@127.0.0.1:9/x", "postgresql://a:secret@127.0.0.1:9/x", "no address at all",
])  # fmt: skip
def test_a_gradebook_that_cannot_be_reached_is_missing_and_its_password_is_not_shown(
    course: Path, address: str
) -> None:
    line = gradebook(configured(course, f"c.CourseDirectory.db_url = {address!r}"))
    assert line.state is State.MISSING and "secret" not in f"{line.said}{line.mend}"


def test_the_exchange_is_weak_while_it_is_not_there_and_good_when_all_may_write(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "exchange"
    configured(course, f"c.Exchange.root = {str(root)!r}")
    line: Line = exchange(course)
    assert line.state is State.WEAK and f"sudo mkdir -p {root}" in line.mend
    root.mkdir(mode=0o755)
    root.chmod(0o755)
    assert exchange(course).state is State.WEAK
    root.chmod(0o777)
    nameless = exchange(course)
    assert nameless.state is State.WEAK and "course_id" in nameless.mend
    assert exchange(configured(course, "c.CourseDirectory.course_id = 'a'")).state is State.GOOD
