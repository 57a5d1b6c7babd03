"""One JupyterLab and one Chromium for all browser tests; skipped where there is no Chromium, but never in CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.jupyter import CHROMIUM_ARGUMENTS, EXPLORERS, Server, chromium, notebook_of


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    executable = chromium()
    if executable is None:
        reason = "no Chromium on PATH: install chromium or google-chrome"
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("lab"))
    server.write("explorers.ipynb", notebook_of("from shapewise import *", *EXPLORERS))
    yield server
    server.stop()
