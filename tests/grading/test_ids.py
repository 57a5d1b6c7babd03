"""Which user ids students' processes get: never one that somebody has, on every kind of machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.grading.server.ids import Ids, free_ids, subordinate_ids

ALL = [(0, 2**32 - 1)]
ACCOUNTS = {0, 1, 33, 1000, 1001, 65534}


def test_root_of_a_whole_machine_hands_out_ids_that_no_account_has() -> None:
    assert free_ids(ALL, ALL, ACCOUNTS) == (0x70000000, 65536)


@pytest.mark.parametrize(
    "mapped",
    [[(0, 65536)], [(0, 1), (1, 65536)], [(0, 1000), (1000, 1), (1001, 64536)]],
    ids=["docker's userns-remap", "podman without root", "podman --userns=keep-id"],
)
def test_root_of_a_rootless_container_hands_out_the_highest_free_ids_of_it(mapped: list[tuple[int, int]]) -> None:
    found = free_ids(mapped, mapped, ACCOUNTS)
    assert found is not None
    first, count = found
    assert any(low <= first and first + count <= low + many for low, many in mapped)
    assert not any(first <= account < first + count for account in ACCOUNTS)


@pytest.mark.parametrize("mapped", [[(0, 1)], [(0, 1000)], [(1000, 1)]], ids=str)
def test_where_only_ids_of_accounts_are_mapped_there_are_none_to_hand_out(mapped: list[tuple[int, int]]) -> None:
    assert free_ids(mapped, mapped, ACCOUNTS) is None


def test_an_id_must_be_mapped_for_users_and_for_groups() -> None:
    assert free_ids(ALL, [(0, 1)], ACCOUNTS) is None
    assert free_ids([(0, 3000)], [(2000, 60_000)], ()) == (2744, 256)


def test_an_account_in_the_middle_of_a_range_moves_it_down() -> None:
    assert free_ids([(0, 5048)], [(0, 5048)], ()) == (3000, 2048)
    assert free_ids([(0, 5048)], [(0, 5048)], {4000}) == (4792, 256)


def test_the_largest_range_of_subordinate_ids_of_this_user_is_taken(tmp_path: Path) -> None:
    table = tmp_path / "subuid"
    table.write_text("ada:100000:65536\nprof:165536:100\n1000:300000:65536\nprof:bad:3\nprof:400000:31\n\n#\n")
    assert subordinate_ids(table, {"prof", "1000"}) == (300000, 65536)
    assert subordinate_ids(table, {"prof"}) == (165536, 100)
    assert subordinate_ids(table, {"eve"}) is None
    assert subordinate_ids(tmp_path / "none", {"prof"}) is None


def test_each_slot_has_an_id_of_its_own_and_none_too_many() -> None:
    few = Ids(((0, 1000, 1), (1, 100_000, 40)), ((0, 1000, 1), (1, 100_000, 40)), 40, by_tool=True)
    assert [few.of_slot(slot) for slot in (0, 1, 39)] == [1, 2, 40]
    with pytest.raises(OSError, match="41"):
        few.of_slot(40)
    many = Ids(((0, 0x70000000, 65536),), ((0, 0x70000000, 65536),), 65535)
    assert (many.of_slot(0), many.server) == (1000, 0x70000000)
