"""pyproject.toml, requirements.lock, environment.yml and the notebooks' configuration agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement


@pytest.fixture(scope="module")
def project(course: Path) -> dict:
    return tomllib.loads((course / "pyproject.toml").read_text("utf-8"))["project"]


def wanted(project: dict) -> list[Requirement]:
    """The needs of the package, and those of a developer, with the extras that `dev` names."""
    extras = project["optional-dependencies"]
    found = [Requirement(line) for line in [*project["dependencies"], *extras["dev"]]]
    own = [extra for one in found if one.name == project["name"] for extra in one.extras]
    needed = [Requirement(line) for extra in own for line in extras[extra]]
    return [one for one in [*found, *needed] if one.name != project["name"]]


def locked(course: Path) -> dict[str, Requirement]:
    lines = (course / "requirements.lock").read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {re.sub(r"[-_.]+", "-", pin.name).lower(): pin for pin in pins}


def test_the_lock_pins_every_dependency_at_a_version_that_pyproject_allows(course: Path, project: dict) -> None:
    pins = locked(course)
    for requirement in wanted(project):
        pin = pins[re.sub(r"[-_.]+", "-", requirement.name).lower()]
        version = str(pin.specifier).removeprefix("==")
        assert requirement.specifier.contains(version), f"{pin} against {requirement}: run `make lock`"


def test_the_lock_names_one_exact_version_each(course: Path) -> None:
    assert all(re.fullmatch(r"==[^*,]+", str(pin.specifier)) for pin in locked(course).values())


def test_conda_installs_python_and_this_package_by_pip_and_nothing_else(course: Path, project: dict) -> None:
    environment = yaml.safe_load((course / "environment.yml").read_text("utf-8"))
    *conda, by_pip = environment["dependencies"]
    assert conda == [f"python{project['requires-python']}", "pip"]
    assert by_pip == {"pip": ["--editable .[dev]"]}


def test_nbgrader_config_stays_under_forty_lines(course: Path) -> None:
    assert len((course / "nbgrader_config.py").read_text("utf-8").splitlines()) < 40


def test_every_make_target_has_a_line_of_help(course: Path) -> None:
    text = (course / "Makefile").read_text("utf-8")
    targets = set(re.search(r"\.PHONY: (.*)", text)[1].split())
    assert targets == set(re.findall(r"(?m)^(\w+):.*?## ", text))
