"""Data files, a module of the course's own beside the notebook, and tables of pandas."""

from __future__ import annotations

from tests.grading.courses.cells import Assignment, answer, lesson, notebook_of, test

_ROWS = ["name,age,city", "Ada,36,London", "Ben,,Paris", "Cid,50,London", "Dot,20,Paris"]
_CLEANING = '''"""Of the course: what is done before any question is asked."""

def known(rows):
    """The rows whose age is known."""
    return [row for row in rows if row["age"]]
'''

SURVEY = notebook_of(
    lesson("import csv\nimport numpy as np\nimport pandas as pd\nfrom cleaning import known\n%matplotlib inline"),
    answer("load", "def load():\n---\n    return pd.read_csv('survey.csv').dropna()"),
    test("load_test", "t = load()\nassert list(t.columns) == ['name', 'age', 'city']\nassert t.shape == (3, 3)"),
    answer("by_city", "def by_city(table):\n---\n    return table.groupby('city')['age'].mean()"),
    test("by_city_test", '''
pd.testing.assert_series_equal(
    by_city(pd.read_csv("survey.csv").dropna()),
    pd.Series({"London": 43.0, "Paris": 20.0}, name="age"), check_names=False,
)
''', 2),
    answer("oldest", "def oldest(path):\n---\n    with open(path) as file:\n"
           "        rows = known(csv.DictReader(file))\n    return max(int(row['age']) for row in rows)"),
    test("oldest_test", '''
with open("survey.csv") as file:
    ages = [int(row["age"]) for row in known(csv.DictReader(file))]
assert oldest("survey.csv") == max(ages)
'''),
    answer("ages", "def ages():\n---\n    return np.genfromtxt('survey.csv', delimiter=',', skip_header=1, usecols=1)"),
    test("ages_test", '''
wanted = np.genfromtxt("survey.csv", delimiter=",", skip_header=1, usecols=1)
np.testing.assert_allclose(ages(), wanted)
'''),
    answer("saved", "---\nload().to_csv('clean.csv', index=False)"),
    test("saved_test", "assert pd.read_csv('clean.csv').age.sum() == 106"),
)  # fmt: skip

ADA = {
    "load": None,
    "by_city": "def by_city(table):\n    return table.groupby('city').age.mean()",
    "oldest": "def oldest(path):\n    return 50",
    "ages": "def ages():\n    return [36, np.nan, 50, 20]",
    "saved": "import pandas\npandas.read_csv('survey.csv').dropna().to_csv('clean.csv')",
}
BEN = {
    "load": "def load():\n    return pd.read_csv('survey.csv')",
    "by_city": "def by_city(table):\n    return {'London': 43.0, 'Paris': 20.0}",
    "oldest": "def oldest(path):\n    return max(pd.read_csv(path).age)",
    "ages": None,
}

ASSIGNMENT = Assignment(
    {"survey": SURVEY}, {"ada": {"survey": ADA}, "ben": {"survey": BEN}},
    {"survey.csv": "\n".join(_ROWS).encode(), "cleaning.py": _CLEANING.encode()},
)  # fmt: skip
