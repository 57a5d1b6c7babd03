"""``shapewise collect``: what Canvas, Moodle and ``shapewise hand-in`` give out, and what somebody made up."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from shapewise.__main__ import main
from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.term.collecting import Collected, collect
from tests.grading.term.zips import packed, write_zip
from tests.grading.written_course import ASSIGNMENT

ROSTER = {"ada": ("Ada", "Lovelace", "17"), "zoe": ("Zoë", "Ångström", "18"), "jan": ("Jan", "van der Berg", "")}
HAND_IN = "ada__small__20261001T113000Z.zip"


@pytest.fixture
def class_of(course: Path) -> Path:
    """The course with a roster of three."""
    with nbgrader_api(course).gradebook as gradebook:
        for student, (first, last, lms_id) in ROSTER.items():
            gradebook.add_student(student, first_name=first, last_name=last, lms_user_id=lms_id or None)
    return course


def take(course: Path, *zips: Path) -> Collected:
    return collect(course, ASSIGNMENT, zips, Console(quiet=True))


def there(course: Path, student: str) -> dict[str, bytes]:
    folder = course / "submitted" / student / ASSIGNMENT
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_class_as_canvas_gives_it_out(class_of: Path) -> None:
    done = take(class_of, write_zip(class_of / "submissions.zip", {
        "lovelaceada_17_1001_one.ipynb": b"1", "lovelaceada_17_1002_two.ipynb": b"2",
        "ångströmzoë_LATE_18_1003_one.ipynb": b"3", "vanderbergjan_19_1004_one.ipynb": b"4",
    }))  # fmt: skip
    assert there(class_of, "ada") == {"one.ipynb": b"1", "two.ipynb": b"2"}
    assert there(class_of, "zoe") == {"one.ipynb": b"3"} and there(class_of, "jan") == {"one.ipynb": b"4"}
    assert (sorted(done.new), done.late, done.remarks) == (["ada", "jan", "zoe"], ["zoe"], [])


@pytest.mark.parametrize("end", ["assignsubmission_file_/", "assignsubmission_file/", "assignsubmission_file_"])
def test_a_class_as_any_edition_of_moodle_gives_it_out(end: str, class_of: Path) -> None:
    done = take(class_of, write_zip(class_of / "CS101-small-4711.zip", {
        f"Ada Lovelace_501_{end}one.ipynb": b"1", f"Zoë Ångström_502_{end}one.ipynb": b"2",
    }))  # fmt: skip
    assert there(class_of, "ada") == {"one.ipynb": b"1"} and there(class_of, "zoe") == {"one.ipynb": b"2"}
    assert done.remarks == []


def test_a_hand_in_brings_its_date_and_the_learner_s_own_files(class_of: Path) -> None:
    take(class_of, write_zip(class_of / HAND_IN, {"one.ipynb": b"1", "data/mine.csv": b"a"}))
    assert there(class_of, "ada") == {
        "one.ipynb": b"1", "data/mine.csv": b"a", "timestamp.txt": b"2026-10-01 11:30:00 UTC",
    }  # fmt: skip


@pytest.mark.parametrize("name", [
    f"lovelaceada_17_1001_{HAND_IN}", f"lovelaceada_17_1001_{HAND_IN[:-4]}-1.zip",
    f"Ada Lovelace_501_assignsubmission_file_/{HAND_IN}", HAND_IN,
])  # fmt: skip
def test_hand_ins_within_a_platform_s_zip_are_opened(name: str, class_of: Path) -> None:
    take(class_of, write_zip(class_of / "all.zip", {name: packed({"one.ipynb": b"1"})}))
    assert there(class_of, "ada") == {"one.ipynb": b"1", "timestamp.txt": b"2026-10-01 11:30:00 UTC"}


def test_of_two_hand_ins_the_newer_counts_in_whatever_order_they_come(class_of: Path) -> None:
    newer = write_zip(class_of / "ada__small__20261001T115900Z.zip", {"one.ipynb": b"new"})
    older = write_zip(class_of / HAND_IN, {"one.ipynb": b"old"})
    take(class_of, newer, older)
    assert there(class_of, "ada")["one.ipynb"] == b"new"
    assert take(class_of, older).older == ["ada"]
    assert there(class_of, "ada")["one.ipynb"] == b"new"
    assert take(class_of, newer).same == ["ada"]


def test_of_two_files_of_one_name_at_canvas_the_one_uploaded_later_counts(class_of: Path) -> None:
    take(class_of, write_zip(class_of / "submissions.zip", {
        "lovelaceada_17_1009_one-1.ipynb": b"later", "lovelaceada_17_1001_one.ipynb": b"earlier",
    }))  # fmt: skip
    assert there(class_of, "ada") == {"one.ipynb": b"later"}


def test_work_that_is_replaced_is_kept(class_of: Path) -> None:
    take(class_of, write_zip(class_of / HAND_IN, {"one.ipynb": b"old"}))
    take(class_of, write_zip(class_of / "ada__small__20261001T115900Z.zip", {"one.ipynb": b"new"}))
    kept = [path.read_bytes() for path in class_of.glob("downloaded/small/replaced/ada/*/one.ipynb")]
    assert kept == [b"old"]


def test_a_folder_that_a_learner_packed_is_opened_and_its_notebooks_found(class_of: Path) -> None:
    inner = packed({"my work/one (1).ipynb": b"1", "__MACOSX/my work/._one.ipynb": b"x", "my work/.DS_Store": b"x"})
    take(class_of, write_zip(class_of / "all.zip", {"lovelaceada_17_1001_homework.zip": inner}))
    assert there(class_of, "ada") == {"one.ipynb": b"1"}


def test_who_is_unknown_is_named_and_the_others_are_collected(class_of: Path) -> None:
    done = take(class_of, write_zip(class_of / "all.zip", {
        "mallory_66_1001_one.ipynb": b"0", "lovelaceada_17_1002_one.ipynb": b"1",
        "anon_AbC12_1003_one.ipynb": b"2", "readme.txt": b"",
    }))  # fmt: skip
    assert done.new == ["ada"] and not (class_of / "submitted" / "mallory").exists()
    said = "\n".join(done.remarks)
    assert "mallory" in said and "shapewise roster" in said and "anon_AbC12_1003_one.ipynb" in said


def test_a_hand_in_of_another_assignment_or_under_another_s_id_is_named(class_of: Path) -> None:
    done = take(class_of, write_zip(class_of / "all.zip", {
        "lovelaceada_17_1001_ada__large__20261001T113000Z.zip": packed({"one.ipynb": b"1"}),
        "ångströmzoë_18_1002_ada__small__20261001T113000Z.zip": packed({"one.ipynb": b"2"}),
    }))  # fmt: skip
    assert "large" in done.remarks[0] and "'ada'" in done.remarks[1]
    assert done.new == ["zoe"] and not (class_of / "submitted" / "ada").exists()


def _outside(path: Path) -> None:
    write_zip(path, {"one.ipynb": b"1", "../../evil.py": b"x", "/etc/evil": b"x", "C:\\evil": b"x"})


def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.ipynb", b"1")
        link = zipfile.ZipInfo("data.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.ipynb", b"1")
        with archive.open("data.bin", "w", force_zip64=True) as file:
            for _ in range(160):
                file.write(bytes(2**20))


def _in_each_other(path: Path) -> None:
    write_zip(path, {"one.ipynb": b"1", "one": b"x", "one/two.csv": b"y"})


@pytest.mark.parametrize(
    ("make", "said"),
    [(_outside, "outside of the zip"), (_link, "a link"), (_bomb, "too large unpacked")],
)
def test_what_a_zip_may_not_hold_is_left_and_named_and_the_rest_taken(make, said: str, class_of: Path) -> None:  # type: ignore[no-untyped-def]
    make(class_of / HAND_IN)
    done = take(class_of, class_of / HAND_IN)
    assert any(said in remark for remark in done.remarks)
    assert there(class_of, "ada").keys() == {"one.ipynb", "timestamp.txt"}
    assert not list(class_of.parent.rglob("evil*"))


def test_files_that_cannot_lie_in_one_folder_are_that_student_s_remark(class_of: Path) -> None:
    _in_each_other(class_of / HAND_IN)
    zoe = write_zip(class_of / "zoe__small__20261001T113000Z.zip", {"one.ipynb": b"1"})
    done = take(class_of, class_of / HAND_IN, zoe)
    assert done.new == ["zoe"] and any("ada" in remark for remark in done.remarks)


def test_a_link_in_submitted_is_not_followed(class_of: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (class_of / "submitted").mkdir()
    (class_of / "submitted" / "ada").symlink_to(tmp_path / "elsewhere")
    done = take(class_of, write_zip(class_of / HAND_IN, {"one.ipynb": b"1"}))
    assert not done.new and "link" in done.remarks[0] and not [*(tmp_path / "elsewhere").iterdir()]


@pytest.mark.parametrize("content", [b"", b"no zip", packed({"one.ipynb": b"1"})[:40], packed({"one.ipynb": b"1"})])
def test_a_file_that_is_no_class_s_zip_is_answered_with_a_sentence(
    content: bytes, class_of: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (class_of / "all.zip").write_bytes(content)
    assert main(["collect", ASSIGNMENT, str(class_of / "all.zip"), "--course", str(class_of)]) == 1
    said = capsys.readouterr()
    assert "all.zip" in said.out and "Traceback" not in said.out + said.err
    assert not (class_of / "submitted").exists()


def test_without_a_roster_hand_ins_are_taken_under_their_own_ids(course: Path) -> None:
    done = take(course, write_zip(course / HAND_IN, {"one.ipynb": b"1"}))
    assert done.new == ["ada"]


def test_an_assignment_that_is_none_is_named(class_of: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zip_file = write_zip(class_of / HAND_IN, {"one.ipynb": b"1"})
    assert main(["collect", "large", str(zip_file), "--course", str(class_of)]) == 1
    assert "large" in capsys.readouterr().err
