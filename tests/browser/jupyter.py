"""A Jupyter server with folders of its own, and a page on it: what the browser tests and the benchmark drive."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import nbformat

from shapewise import explorers

EXPLORERS = tuple(f"{name}()" for name in explorers.__all__)
CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}
SETTINGS = {  # no questions and no news on the screen, and cells that stay in the page when they are scrolled away
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


def chromium() -> str | None:
    """The browser that is installed here, if one is."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


class Server:
    """``jupyter lab`` or ``jupyter notebook`` on a free port, seeing no one's settings but its own."""

    def __init__(self, home: Path, application: str = "lab", folder: Path | None = None) -> None:
        self.home, self.application, self.token = home, application, secrets.token_hex(16)
        self.folder = folder or home / "notebooks"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {name: str(home / folder) for name, folder in FOLDERS.items()}
        for plugin, values in SETTINGS.items():
            file = home / "settings" / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = (
            f"--ServerApp.root_dir={self.folder}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            "--no-browser",
            "--allow-root",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        )
        home.mkdir(parents=True, exist_ok=True)
        self._log = (home / "log").open("w")
        command = [sys.executable, "-m", "jupyter", application, *options]
        self.process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.api("status")
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError(f"jupyter {self.application} did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def api(self, path: str, method: str = "GET") -> Any:
        """What the server answers."""
        request = urllib.request.Request(f"{self.url}/api/{path}?token={self.token}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def write(self, name: str, notebook: nbformat.NotebookNode, trusted: bool = False) -> None:
        """Put a notebook into the folder; ``trusted`` signs it as this server's user would."""
        file = self.folder / name
        nbformat.write(notebook, file)
        if trusted:
            command = [sys.executable, "-m", "jupyter", "trust", str(file)]
            subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def address(self, name: str) -> str:
        """The page on which the notebook stands alone."""
        path = f"lab/tree/{name}" if self.application == "lab" else f"notebooks/{name}"
        return f"{self.url}/{path}?token={self.token}&reset"

    def kill_kernels(self) -> None:
        """End every kernel, as a crash would."""
        for kernel in self.api("kernels"):
            self.api(f"kernels/{kernel['id']}", "DELETE")

    def stop(self) -> None:
        """End the server and its kernels."""
        self.kill_kernels()
        self.process.terminate()
        self.process.wait(30)
        self._log.close()


def notebook_of(*cells: str) -> nbformat.NotebookNode:
    """A notebook with these code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells_of = [nbformat.v4.new_code_cell(source, id=f"cell-{k}") for k, source in enumerate(cells)]
    return nbformat.v4.new_notebook(cells=cells_of, metadata={"kernelspec": kernel})


class Notes:
    """What a page wrote to its console as an error or warning, and every address that it asked for."""

    def __init__(self, page: Any) -> None:
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self._keep(message.type, message.text))
        page.on("pageerror", lambda error: self._keep("error", str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _keep(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.console.append(f"{kind}: {text}")


def command(page: Any, name: str, **arguments: Any) -> None:
    """Run one of JupyterLab's commands."""
    page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, arguments])


def open_notebook(page: Any, address: str) -> None:
    """Open a notebook and wait for its kernel."""
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    session = "window.jupyterapp?.shell.currentWidget?.sessionContext"
    page.wait_for_function(f"() => {session}?.session?.kernel?.connectionStatus === 'connected'", timeout=60_000)
    page.evaluate(f"async () => {{ await {session}.ready; }}")
    if page.locator("#jp-left-stack").is_visible():
        command(page, "application:toggle-left-area")


def run_all(page: Any, live: int) -> None:
    """Run the open notebook, and wait until so many live views are there."""
    command(page, "notebook:run-all-cells")
    page.wait_for_function(f"() => document.querySelectorAll('.shapewise-live').length === {live}", timeout=90_000)


def use_theme(page: Any, theme: str) -> None:
    """Switch to the light or the dark theme, and wait until its colours are there."""
    command(page, "apputils:change-theme", theme=f"JupyterLab {theme.title()}")
    page.wait_for_selector(f"body[data-jp-theme-light='{str(theme == 'light').lower()}']", state="attached")
