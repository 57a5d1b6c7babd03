"""Hostile submissions of the small course, each with a harmless twin that uses the same means for honest work.

A family a file. ``Attack.hostile`` goes for points it has not earned, or for harm; ``Attack.twin`` solves every
exercise. ``tests/grading/test_attacks.py`` grades both and looks for the harm.

In a hostile text, ``@COURSE@`` and the other words of ``places.PLACES`` stand for places outside the sandbox that
really exist while the tests run, and a text that reached what it must not reach says so by printing ``BREACH``.
"""

from __future__ import annotations

from tests.grading.attacks import (
    bombs,
    comparing,
    decoding,
    dying,
    forging,
    hoards,
    looking,
    network,
    notebooks,
    outputs,
    reading,
    shared,
    shell,
    system_calls,
    writing,
)
from tests.grading.attacks.attack import Attack

__all__ = ["ATTACKS", "Attack"]

_FAMILIES = (
    shell, comparing, forging, decoding, notebooks, outputs, reading, looking, writing, dying, bombs, hoards, network,
    system_calls, shared,
)  # fmt: skip
ATTACKS: tuple[Attack, ...] = tuple(attack for family in _FAMILIES for attack in family.ATTACKS)
