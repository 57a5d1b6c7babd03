"""A learner's folder -> a quiet JupyterLab on it, with settings of its own.

They lie in ``.jupyter`` beside the notebooks' folders. The learner's own JupyterLab is not changed, and nothing of it
is read but the theme. None of nbgrader's tools is shown, no news pops up, and the text has the screen. JupyterLab runs
in this process, so whatever ends the command ends it, and its kernels with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

__all__ = ["open_lab", "signed", "write_settings"]

_HOME = ".jupyter"
_OFF_IN_THE_SERVER = (
    "jupyterlab_jupytext",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "notebook",
)
_OFF_IN_THE_WINDOW = (
    "@jupyter/nbgrader",
    "@jupyter-notebook/lab-extension",  # a second notebook application, behind a button that leads away
    "@jupyterlab/extensionmanager-extension",
    "jupyterlab-jupytext",
)
_THEMES = "@jupyterlab/apputils-extension:themes"
_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 20},
    _THEMES: {"adaptive-theme": True},  # light or dark as the system is
}
_CLOSED = {"collapsed": True, "visible": True, "widgets": []}
_HIDDEN = {"collapsed": True, "visible": False, "widgets": []}


def open_lab(folder: Path, first: str, options: Sequence[str], say: Callable[[str], None]) -> int:
    """Run JupyterLab on ``folder`` until it is ended; at the first time ``first`` is open, later what was open last.

    Where this command's JupyterLab runs there already, it is shown again.
    """
    home = write_settings(folder.parent, folder.name, f"{folder.name}/{first}")
    _be_quiet(home)
    running = _running(folder)
    if running is not None:
        say(f"JupyterLab is open already: {running}")
        if "--no-browser" not in options:
            webbrowser.open(running)
        return 0
    say("JupyterLab opens in your browser in some seconds. To end it, press Ctrl-C here; what you saved stays.")
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    arguments = [
        f"--ServerApp.root_dir={folder.parent}",
        f"--LabApp.default_url=/lab/workspaces/{folder.name}",
        "--LabApp.custom_css=True",
        f"--NotebookNotary.data_dir={home}",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once: what is open was saved seconds ago
        "--Application.log_level=ERROR",
        "--KernelManager.transport_encryption=auto",  # else each kernel warns of what others could read
    ]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        arguments.append("--allow-root")  # in a container there is often no other user
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # its terminal was closed
    LabApp.launch_instance([*arguments, *options])
    say(f"JupyterLab has ended. Your work is in {folder}.")
    return 0


def _running(folder: Path) -> str | None:
    """The address of a JupyterLab that this command opened on ``folder`` and that still runs."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        if Path(server["root_dir"]) == folder.parent:
            return f"{server['url']}lab/workspaces/{folder.name}?token={server['token']}"
    return None


def write_settings(root: Path, workspace: str, first: str) -> Path:
    """Make ``root/.jupyter``, or bring it up to date; what a learner chose there and had open stays."""
    home = root / _HOME
    off = {"ServerApp": {"jpserver_extensions": dict.fromkeys(_OFF_IN_THE_SERVER, False)}}
    settings = _SETTINGS | {_THEMES: _theme_of_the_user() or _SETTINGS[_THEMES]}
    _write(home / "jupyter_server_config.json", off)
    _write(home / "labconfig" / "page_config.json", {"disabledExtensions": dict.fromkeys(_OFF_IN_THE_WINDOW, True)})
    _write(home / "labconfig" / "default_setting_overrides.json", settings)
    style = files("shapewise.course").joinpath("lab.css").read_text("utf-8")
    (home / "custom").mkdir(exist_ok=True)
    (home / "custom" / "custom.css").write_text(style, "utf-8")

    from jupyterlab_server.workspaces_handler import WorkspacesManager

    spaces = WorkspacesManager(str(home / "lab" / "workspaces"))
    if not spaces.load(workspace)["data"]:
        spaces.save(workspace, json.dumps(_first_view(workspace, first)))
    return home


def signed(notebook: Path, root: Path) -> None:
    """Mark a notebook of the course as one whose stored pictures may be shown with their styles."""
    import nbformat
    from nbformat.sign import NotebookNotary

    home = root / _HOME
    home.mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(home))
    try:
        notary.sign(nbformat.read(notebook, as_version=4))
    finally:
        notary.store.close()


def _first_view(workspace: str, first: str) -> dict[str, Any]:
    """The first notebook alone, with no panel at its sides."""
    document = f"notebook:{first}"
    layout = {
        "main": {
            "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [document]},
            "current": document,
        },
        "left": _CLOSED,
        "right": _HIDDEN,  # the debugger and a cell's metadata; the menu View brings them back
    }
    return {
        "data": {
            "layout-restorer:data": layout,
            document: {"data": {"path": first, "factory": "Notebook"}},
        },
        "metadata": {"id": workspace},
    }


def _be_quiet(home: Path) -> None:
    """Let everything of Jupyter that starts from here see these settings; the folder is made."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "lab" / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "no",  # else what nbgrader switched on for this environment would count more
        # so that `!shapewise` in a cell, and a terminal in JupyterLab, find the commands of this environment
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    os.environ.pop("JUPYTER_CONFIG_PATH", None)


def _theme_of_the_user() -> dict[str, Any] | None:
    """The theme that somebody chose in a JupyterLab of their own, if they did."""
    import json5
    from jupyter_core.paths import jupyter_config_dir

    own = os.environ.get("JUPYTERLAB_SETTINGS_DIR") or str(Path(jupyter_config_dir()) / "lab" / "user-settings")
    try:
        text = (Path(own) / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings").read_text("utf-8")
        chosen = json5.loads(text)
    except (OSError, ValueError):
        return None
    return chosen if isinstance(chosen, dict) else None


def _write(file: Path, data: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
