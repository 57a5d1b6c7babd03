"""The committed bundles are what web/ gives, type-checked; where there is no Node it is said that this was left out."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from shapewise.explorers.catalogue import STATIC


@pytest.fixture(scope="module")
def web(course: Path) -> Path:
    """The source of the bundles, with its tools installed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        reason = "no Node here: the explorers' bundles were not held against web/, nor was it type-checked"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = course / "web"
    if not (folder / "node_modules").exists():
        npm = str(shutil.which("npm"))  # on Windows it is npm.cmd
        done = subprocess.run([npm, "ci", "--no-fund", "--no-audit"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            reason = f"npm could not fetch esbuild and tsc: {done.stderr.strip()[-200:]}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
    return folder


def test_the_committed_bundles_are_what_web_gives(web, tmp_path):
    subprocess.run(["node", "build.mjs", "--to", str(tmp_path)], cwd=web, check=True)
    for name in ("explorers.mjs", "explorers.js"):
        same = (tmp_path / name).read_bytes() == (STATIC / name).read_bytes()
        assert same, f"{name} is older than web/: run `make explorers` and commit what it writes"


def test_web_is_strictly_typed(web):
    command = ["node", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json"]
    done = subprocess.run(command, cwd=web, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_bundle_reaches_for_nothing_outside_the_page():
    for name in ("explorers.mjs", "explorers.js"):
        text = (STATIC / name).read_text(encoding="utf-8")
        for reach in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", "eval(", "new Function", "sendBeacon"):
            assert reach not in text, f"{name} holds {reach}"


def test_the_lock_of_web_names_no_registry(course):
    assert "resolved" not in (course / "web" / "package-lock.json").read_text(encoding="utf-8")
