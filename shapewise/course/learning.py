"""The students' notebooks -> a learner's own folder, open in JupyterLab.

What a learner has written is never overwritten: a notebook that is there already stays as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["copy_notebooks", "open_lab"]


def copy_notebooks(course: Path, assignment: str) -> tuple[Path, list[Path]]:
    """Copy ``release/<assignment>`` to ``work/<assignment>``; return that folder and the files that were new there."""
    release = course / "release" / assignment
    if not release.is_dir():
        known = ", ".join(sorted(path.name for path in (course / "release").glob("*/"))) or "none"
        raise FileNotFoundError(f"No assignment {assignment!r} in {course / 'release'} (there: {known}).")
    work = course / "work" / assignment
    copied = []
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        own = work / path.relative_to(release)
        if not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, own)
            copied.append(own)
    return work, copied


def open_lab(work: Path, options: list[str]) -> int:
    """Run JupyterLab on the folder until it is stopped; return its exit code."""
    first = min(path for path in work.glob("*.ipynb") if not path.name.startswith("."))
    lab = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={work.parent}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        lab.append("--allow-root")  # in a container there is often no other user
    running = subprocess.Popen([*lab, f"--LabApp.default_url=/lab/tree/{work.name}/{first.name}", *options])
    try:
        return running.wait()
    except KeyboardInterrupt:
        return running.wait()  # JupyterLab got the Ctrl-C too, and asks whether to stop
