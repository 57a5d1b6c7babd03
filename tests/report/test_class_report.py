"""Grades and mistakes -> the class report: what it counts, how it sorts, what it says without its script."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import pytest

from shapewise.report.faults import Fault
from shapewise.report.grades import Exercise, Grades, HandedIn, Person, StudentGrades
from shapewise.report.measures import FEWEST, histogram, measured
from shapewise.report.mistakes import Mistake, shared
from shapewise.report.page import render_class_report

EXERCISES = (
    Exercise("1_shapes", "describe", 4.0), Exercise("4_layout", "split_heads", 5.0), Exercise("5_x", "why", 3.0),
)  # fmt: skip


def class_of(size: int, seed: int = 0) -> Grades:
    """A class with random points."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, [5, 6, 4], size=(size, 3)).astype(float)
    return Grades("m01", EXERCISES, tuple(StudentGrades(f"s{k:03}", tuple(row)) for k, row in enumerate(rows.tolist())))


def mistake(student: str, exercise: Exercise, name: str, **more: bool) -> Mistake:
    return Mistake(student, exercise.notebook, exercise.name, name, **{"known": True, **more})


def test_a_mistake_stands_once_with_all_who_made_it() -> None:
    made = [mistake("bo", EXERCISES[1], "one view"), mistake("ada", EXERCISES[1], "one view")]
    (found,) = shared(made, EXERCISES)
    assert found.students == ("ada", "bo") and found.exercise == EXERCISES[1]


def test_the_most_frequent_mistake_comes_first_and_what_nobody_answered_last() -> None:
    made = [mistake(who, EXERCISES[2], "not started", known=False, answered=False) for who in ("a", "b", "c")]
    made += [mistake("a", EXERCISES[1], "one view"), *(mistake(who, EXERCISES[2], "other") for who in ("a", "b"))]
    made += [mistake("a", EXERCISES[0], "bits")]
    assert [one.name for one in shared(made, EXERCISES)] == ["other", "bits", "one view", "not started"]


def test_the_same_name_in_two_exercises_is_two_mistakes() -> None:
    made = [mistake("ada", exercise, "one reshape") for exercise in EXERCISES[:2]]
    assert [one.exercise for one in shared(made, EXERCISES)] == list(EXERCISES[:2])


@pytest.mark.parametrize("seed", range(5))
def test_how_an_exercise_tells_apart_is_its_correlation_with_the_points_in_all_others(seed: int) -> None:
    grades = class_of(30, seed)
    points = np.array([student.points for student in grades.students])
    for place, measure in enumerate(measured(grades)):
        rest = points.sum(axis=1) - points[:, place]
        assert measure.apart == pytest.approx(np.corrcoef(points[:, place], rest)[0, 1])
        assert measure.median == np.median(points[:, place]) and measure.mean == pytest.approx(points[:, place].mean())


def test_of_a_class_that_is_too_small_or_all_alike_no_correlation_is_told() -> None:
    alike = Grades("m", EXERCISES, (StudentGrades("a", (4.0, 5.0, 3.0)),) * FEWEST)
    assert [one.apart for one in (*measured(alike), *measured(class_of(FEWEST - 1)))] == [None] * 6


def test_students_who_handed_in_nothing_count_nowhere_but_as_such() -> None:
    grades = Grades("m", EXERCISES, (StudentGrades("a", (4.0, 1.0, 0.0)), StudentGrades("b", (None,) * 3)))
    spreads = [one.spread for one in measured(grades)]
    assert [(one.full, one.part, one.none) for one in spreads] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert "of 2 students" in render_class_report(grades) and "nothing handed in" in render_class_report(grades)


def test_what_waits_for_a_person_is_counted_apart_and_named_with_its_place() -> None:
    waits = ((), (), ("5_x/why",))
    grades = Grades("m", EXERCISES, (StudentGrades("a", (4.0, 5.0, 0.0), waiting=waits),))
    assert measured(grades)[2].spread.waiting == 1 and measured(grades)[2].spread.none == 0
    page = render_class_report(grades)
    assert "5_x/why (1)" in page and "9+?" in page


def test_a_test_at_fault_is_its_longest_exercise_s_and_a_notebook_that_was_not_tried_is_all_of_them() -> None:
    exercises = (Exercise("n", "mask", 1.0), Exercise("n", "mask_edges", 1.0), Exercise("other", "mask", 1.0))
    test, whole = Fault("n", "mask_edges_test", "is wrong", "", "Mend."), Fault("n", "", "was not tried", "", "Mend.")
    assert [len(Grades("m", exercises, (), None, (test,)).faults_of(one)) for one in exercises] == [0, 1, 0]
    assert [len(Grades("m", exercises, (), None, (whole,)).faults_of(one)) for one in exercises] == [1, 1, 0]


def test_a_total_at_either_end_stands_in_the_histogram() -> None:
    bins = histogram([0.0, 3.9, 10.0, 12.0], 10.0, bins=5)
    assert [count for _, _, count in bins] == [1, 1, 0, 0, 2]


def test_lateness_an_extension_a_penalty_and_a_name_stand_beside_the_student() -> None:
    late = HandedIn(datetime(2026, 10, 3), timedelta(days=2, hours=3), timedelta(days=7), penalty=1.5)
    row = StudentGrades("ada", (4.0, 5.0, 3.0), (), (), Person("Ada", "Lovelace"), late)
    page = render_class_report(Grades("m", EXERCISES, (row,), datetime(2026, 10, 1)))
    for told in ("2 d 3 h", "7 d more time", "−1.5 points", "Lovelace, Ada", "<strong>10.5</strong>"):
        assert told in page


def test_each_table_is_sorted_without_a_script() -> None:
    made = [mistake(f"s{k:03}", EXERCISES[k % 3], f"m{k % 3}") for k in range(8)]
    page = render_class_report(class_of(12), made)
    counts = [int(found) for found in re.findall(r'class="count" data-sort="(\d+)"', page)]
    assert counts == sorted(counts, reverse=True) and len(counts) == 3
    orders = re.findall(r'<th scope="col" role="columnheader" aria-sort="(\w+)"', page)
    assert orders.count("descending") == 1 and orders.count("ascending") == 2


def test_what_a_mistake_says_is_text_and_what_stands_between_backticks_code() -> None:
    made = [Mistake(who, "1_shapes", "describe", "<i>", True, "Your `<b>x</b>` is.", "Do.") for who in ("s000", "s001")]
    page = render_class_report(class_of(2), made)
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in page and "<i>" not in page


def test_pages_are_linked_by_their_number_or_name() -> None:
    pages = {"s000": [("1_shapes", "../feedback/s000/m01/1_shapes.html"), ("essay", "../feedback/s000/m01/essay.html")]}
    page = render_class_report(class_of(1), (), pages)
    assert '<a href="../feedback/s000/m01/1_shapes.html"' in page and 's000: 1_shapes">1</a>' in page
    assert 's000: essay">essay</a>' in page
