"""Making the environment: what stops it is said in one sentence."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path("tools/make_environment.py")


def test_a_python_that_is_too_old_is_named_with_the_one_that_is_needed(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(course / SCRIPT))
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "3.11" in said and "3.10" in said and len(said.splitlines()) == 1


def test_without_a_network_it_says_so_and_does_not_call_itself_ready(course: Path, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(course / SCRIPT, tmp_path / SCRIPT)
    (tmp_path / "requirements.lock").write_text("a-package-that-no-disk-holds==1.0\n", "utf-8")
    (tmp_path / "pyproject.toml").touch()
    nobody_listens = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull}
    environment = {**os.environ, **nobody_listens}
    command = [sys.executable, str(SCRIPT)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "network" in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    assert not (tmp_path / ".venv" / "ready").exists()


def test_an_environment_that_is_ready_is_left_alone(course: Path) -> None:
    ready = course / ".venv" / "ready"
    if not ready.exists():
        pytest.skip("this Python runs in an environment that the Makefile did not make")
    before = ready.stat().st_mtime
    done = subprocess.run([sys.executable, str(SCRIPT)], cwd=course, capture_output=True, text=True)
    assert (done.returncode, done.stderr, ready.stat().st_mtime) == (0, "", before)
