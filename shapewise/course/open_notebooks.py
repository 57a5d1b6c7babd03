"""A notebook's file -> the Jupyter servers of this user in which it has a kernel, and so is open most likely."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

__all__ = ["OpenNotebookError", "refuse_if_open", "servers_with"]

_PATIENCE = 3.0  # seconds, for a server on this machine


class OpenNotebookError(RuntimeError):
    """A notebook's file was to be changed while it is open, and what is open would not know of the change."""


def refuse_if_open(notebook: Path, or_else: str = "") -> None:
    """Raise ``OpenNotebookError`` if a server has it open; ``or_else`` is a sentence that says another way."""
    for address in servers_with(notebook):
        raise OpenNotebookError(
            f"{notebook.name} is open in JupyterLab ({address}), which would not see the change. Save it, choose File, "
            f"Close and Shut Down Notebook, and try again.{or_else}"
        )


def servers_with(notebook: Path) -> Iterator[str]:
    """The addresses of Jupyter servers of this user in which a notebook has a kernel."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        root = Path(server["root_dir"])
        if not notebook.resolve().is_relative_to(root.resolve()):
            continue
        within = notebook.resolve().relative_to(root.resolve()).as_posix()
        request = urllib.request.Request(f"{server['url']}api/sessions?token={server['token']}")
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                sessions = json.loads(answer.read())
        except (urllib.error.URLError, ValueError, TimeoutError):
            continue  # it is gone, or does not speak to us
        if any(session.get("path") == within for session in sessions):
            yield server["url"]
