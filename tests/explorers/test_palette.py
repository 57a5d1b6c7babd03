"""The colours: readable on their tints, and told apart by readers who see fewer of them."""

import itertools

import numpy as np
import pytest

from shapewise.explorers.palette import AXES, FATES, color, literal, variables

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(code):
    channels = np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb):
    lms = np.cbrt(
        np.array(
            [
                [0.41222147, 0.53633254, 0.05144599],
                [0.2119035, 0.6806995, 0.10739696],
                [0.08830246, 0.28171884, 0.6299787],
            ]
        )
        @ np.clip(rgb, 0, 1)
    )
    return (
        np.array(
            [
                [0.21045426, 0.7936178, -0.00407205],
                [1.9779985, -2.4285922, 0.4505937],
                [0.02590404, 0.7827718, -0.8086758],
            ]
        )
        @ lms
    )


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("name", [*AXES, *FATES])
def test_text_on_its_tint_has_a_contrast_of_five_to_one(name, page):
    ink = (AXES | FATES)[name].ink
    assert contrast(getattr(ink, page), getattr(ink, f"{page}_tint")) >= 5


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_the_axes_differ_for_every_kind_of_colour_vision(page, sight):
    seen = [oklab(SIGHT[sight] @ linear(getattr(axis.ink, page))) for axis in AXES.values()]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 0.12  # 0.02 is about what can just be told apart


def test_no_meaning_rests_on_colour_alone():
    assert len({axis.letter for axis in AXES.values()}) == len({axis.hatch for axis in AXES.values()}) == len(AXES)
    assert len({(fate.border, fate.sign) for fate in FATES.values()}) == len(FATES)


def test_plain_text_reads_on_the_page_in_both_themes():
    pages = [dict(pair.split(": ") for pair in variables(dark).rstrip(";").split("; ")) for dark in (False, True)]
    for page in pages:
        for ink in ("--sw-ink", "--sw-muted", "--sw-conflict", "--sw-good"):
            assert contrast(page[ink], page["--sw-paper"]) >= 4.5
        assert contrast(page["--sw-on-accent"], page["--sw-accent"]) >= 4.5
        assert contrast(page["--sw-ink"], page["--sw-accent-tint"]) >= 4.5


def test_a_colour_falls_back_to_its_light_value_where_no_stylesheet_is():
    assert color("batch") == f"var(--sw-batch, {literal('batch')})"
    assert literal("batch") == AXES["batch"].ink.light
