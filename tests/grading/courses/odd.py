"""A course that has other names for everything, its own delimiters, a step of its own, and AUTOTEST."""

from __future__ import annotations

import json
from pathlib import Path

import nbgrader

from tests.grading.courses.cells import Assignment, Course, answer, notebook_of, test

_CONFIG = '''
import sys
sys.path.insert(0, __file__.rpartition("/")[0])
c.CourseDirectory.source_directory = "masters"
c.CourseDirectory.release_directory = "handouts"
c.CourseDirectory.submitted_directory = "inbox"
c.CourseDirectory.autograded_directory = "marked"
c.CourseDirectory.feedback_directory = "returned"
c.ClearSolutions.begin_solution_delimeter = "<answer>"
c.ClearSolutions.end_solution_delimeter = "</answer>"
c.ClearSolutions.code_stub = {"python": "pass  # yours"}
c.ClearHiddenTests.begin_test_delimeter = "<secret>"
c.ClearHiddenTests.end_test_delimeter = "</secret>"
c.GenerateAssignment.preprocessors.insert(0, "steps_of_the_course.FillIn")
'''
_STEPS = '''
from nbgrader.preprocessors import NbGraderPreprocessor


class FillIn(NbGraderPreprocessor):
    """Fills the year's number into the notebooks."""

    def preprocess_cell(self, cell, resources, index):
        cell.source = cell.source.replace("{{LIMIT}}", "26")
        return cell, resources
'''
_AUTOTESTS = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "autotests.yml"


def _with_own_delimiters(notebook: dict[str, object]) -> dict[str, object]:
    words = json.dumps(notebook)
    for ours, theirs in (("### BEGIN SOLUTION", "# <answer>"), ("### END SOLUTION", "# </answer>")):
        words = words.replace(ours, theirs)
    changed: dict[str, object] = json.loads(words)
    return changed


ODD = notebook_of(
    answer("below", "def below(n):\n---\n    return n < {{LIMIT}}"),
    test("below_test", "assert below(1)\n# <secret>\nassert not below({{LIMIT}}), 'SECRET-26'\n# </secret>", 2),
    answer("primes", "def primes(n):\n---\n    return [p for p in range(2, n) if all(p % d for d in range(2, p))]"),
    test("primes_test", "### AUTOTEST primes(10)\n### HASHED AUTOTEST primes(20)", 2),
    answer("names", "---\nnames = {'ada': 1, 'ben': 2}"),
    test("names_test", "# <secret>\n### AUTOTEST names\n# </secret>", 1),
)

ADA = {
    "below": "def below(n):\n    return True",
    "primes": "def primes(n):\n    return [p for p in range(2, n) if all(p % d for d in range(2, p))]",
    "names": None,
}
BEN = {"primes": None}

COURSE = Course(
    {"first": Assignment({"odd": _with_own_delimiters(ODD)}, {"ada": {"odd": ADA}, "ben": {"odd": BEN}})},
    _CONFIG,
    {"steps_of_the_course.py": _STEPS, "autotests.yml": _AUTOTESTS.read_text("utf-8")},
    {"source": "masters", "release": "handouts", "submitted": "inbox", "autograded": "marked", "feedback": "returned"},
)
