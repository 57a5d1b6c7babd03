"""The bits explorer against torch: a hundred thousand numbers in each format, neighbors, stretches, long sums."""

import math
import random
import struct

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

BITS = explorer("bits")
FORMATS = {
    "float32": (torch.float32, torch.int32, 32),
    "float16": (torch.float16, torch.int16, 16),
    "bfloat16": (torch.bfloat16, torch.int16, 16),
}


def random_numbers(count, seed):
    """Numbers of every size: ordinary, huge, tiny, subnormal in one format or another, halfway, infinite, nan."""
    rng = random.Random(seed)
    special = [
        0.0,
        -0.0,
        math.inf,
        -math.inf,
        math.nan,
        65504.0,
        65519.999,
        65520.0,
        2.0**-24,
        2.0**-25,
        2.0**-149,
        2.0**-150,
    ]
    numbers = [*special]
    while len(numbers) < count:
        kind = rng.randrange(6)
        if kind == 0:
            numbers.append(rng.uniform(-1000, 1000))
        elif kind == 1:
            numbers.append(struct.unpack("d", rng.randbytes(8))[0])
        elif kind == 2:
            numbers.append(rng.choice([-1, 1]) * rng.random() * 2.0 ** rng.randint(-155, 130))
        elif kind == 3:  # of float16's size, its subnormals too
            numbers.append(rng.choice([-1, 1]) * rng.random() * 2.0 ** rng.randint(-26, 17))
        else:  # halfway between two neighbors, or very near
            mantissa = rng.choice([7, 10, 23])
            steps = rng.randrange(2**mantissa, 2 ** (mantissa + 1)) + 0.5
            nudge = rng.choice([0, 0, 1, -1]) * 2.0**-20
            numbers.append(rng.choice([-1, 1]) * (steps + nudge) * 2.0 ** rng.randint(-160, 120 - mantissa))
    return numbers


def number(told):
    return float(told)


def typed(value):
    return repr(value)


def bits_in_torch(values, name):
    """What torch stores, and its bits."""
    dtype, integers, width = FORMATS[name]
    kept = torch.tensor(values, dtype=dtype)
    pattern = kept.view(integers).tolist()
    return kept, [format(value % 2**width, f"0{width}b") for value in pattern]


def test_value_and_bits_agree_with_torch_on_a_hundred_thousand_numbers_in_each_format():
    values = random_numbers(100_000, seed=0)
    facts = BITS.many_facts({"value": typed(value), "terms": 1} for value in values)
    for name in FORMATS:
        kept, patterns = bits_in_torch(values, name)
        for value, wanted, pattern, found in zip(values, kept.double().tolist(), patterns, facts, strict=True):
            told = found[name]
            if math.isnan(wanted):
                assert told["stored"] == told["back"] == "nan"
                continue
            assert number(told["stored"]) == number(told["back"]) == wanted, (name, value)
            assert told["bits"] == pattern, (name, value)


def test_neighbors_agree_with_torch_on_ten_thousand_numbers_in_each_format():
    values = [value for value in random_numbers(10_000, seed=1) if not math.isnan(value)]
    facts = BITS.many_facts({"value": typed(value), "terms": 1} for value in values)
    for name, (dtype, _, _) in FORMATS.items():
        kept, _ = bits_in_torch(values, name)
        up = torch.nextafter(kept, torch.tensor(math.inf, dtype=dtype)).double().tolist()
        down = torch.nextafter(kept, torch.tensor(-math.inf, dtype=dtype)).double().tolist()
        for value, own, above, below, found in zip(values, kept.double().tolist(), up, down, facts, strict=True):
            told = found[name]
            assert own == math.inf or number(told["above"]) == above, (name, value)
            assert own == -math.inf or number(told["below"]) == below, (name, value)


def test_the_stretch_is_what_torch_rounds_to_the_stored_number():
    values = [value for value in random_numbers(3_000, seed=2) if math.isfinite(value)]
    facts = BITS.many_facts({"value": typed(value), "terms": 1} for value in values)
    checked = 0
    for name in ("float16", "bfloat16"):
        for value, found in zip(values, facts, strict=True):
            told = found[name]
            low, high, own = number(told["low"]), number(told["high"]), number(told["stored"])
            # An edge itself must be a float32, and not the end of the format: torch goes through float32.
            exact = all(
                math.isfinite(e) and struct.unpack("f", struct.pack("f", e))[0] == e
                for e in (low, high)
                if abs(e) < 3e38
            )
            if not math.isfinite(own) or not exact or max(abs(low), abs(high)) > 3e38 or own == 0:
                continue
            dtype = FORMATS[name][0]
            at_low, at_high, inside = torch.tensor([low, high, own], dtype=dtype).double().tolist()
            assert inside == own
            assert (at_low == own) == (at_high == own) == told["closed"], (name, value)
            checked += 1
    assert checked > 2_000


@pytest.mark.parametrize("value", [1.0, 0.1, -0.3, 3.0, 1000.0, 2.0**-24, 60000.0])
@pytest.mark.parametrize("terms", [1, 7, 300, 4096])
def test_a_sum_grows_and_stops_as_in_torch(value, terms):
    found = BITS.facts(value=typed(value), terms=terms)
    for name, (dtype, _, _) in FORMATS.items():
        term, total, stopped = torch.tensor(value, dtype=dtype), torch.zeros((), dtype=dtype), None
        for k in range(1, terms + 1):
            following = total + term
            if torch.equal(following, total) and term != 0:
                stopped = k
                break
            total = following
        assert (number(found[name]["sum"]), found[name]["stopped"]) == (total.item(), stopped), name


def test_a_click_on_a_bit_flips_that_bit_and_no_other():
    for value in ("0.1", "1", "65504", "1e-7", "-2.5"):
        before = BITS.facts(value=value)
        for button in with_class(BITS.render(value=value), "sw-button"):
            name, _, at = button.attributes["data-key"].rpartition("-")
            if name not in FORMATS:
                continue
            pressed = {"type": "press", "what": button.attributes["data-press"]}
            after = BITS.facts(**BITS.ask("update", BITS.state(value=value), pressed)["state"])[name]
            if after["stored"] in ("nan", "inf", "-inf"):
                continue
            changed = [k for k, (a, b) in enumerate(zip(before[name]["bits"], after["bits"], strict=True)) if a != b]
            assert changed == [int(at)], (value, name, at)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("70_000", 7e4),
        ("1/3", 1 / 3),
        ("2**-24", 2**-24),
        ("inf", math.inf),
        ('float("-inf")', -math.inf),
        (" .5 ", 0.5),
    ],
)
def test_numbers_are_read_as_python_writes_them(text, value):
    assert number(BITS.facts(value=text)["float32"]["stored"]) == torch.tensor(value).item()


@pytest.mark.parametrize("text", ["", "zero", "1,5", "0x10", "1 2", "9" * 100, "--1", "1e", "1/0", "<b>"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    assert BITS.problems(value=text)["value"]["message"].endswith(".")
    assert BITS.facts(value=text) is None and elements(BITS.frame(value=text)) and BITS.words(value=text)


def test_any_number_gives_well_formed_html():
    for value in random_numbers(300, seed=3):
        assert elements(BITS.frame(value=typed(value), format=random.Random(value).choice(list(FORMATS))))


def test_the_number_is_dragged_along_a_line_that_stays_still_and_ends():
    state = BITS.initial
    seen = set()
    for x in range(30, 488, 10):
        state, says = BITS.drag(state, "value", x, 60)
        seen.add(BITS.facts(**state)["float16"]["stored"])
        assert says is None
    assert 8 <= len(seen) <= 9
    before = state["value"]
    state, says = BITS.drag(state, "value", 10_000, 60)
    assert "ends" in says and BITS.drag(state, "value", 10_000, 60)[0] == state
    state, _ = BITS.nudge({**state, "value": before}, "value", 1, 0)
    assert float(state["value"]) == float(before) + 2.0**-14 / 8
    state, says = BITS.nudge(BITS.state(value="65504"), "value", 1, 0, large=True)
    assert state["value"] == "65504" and "last" in says


def test_predict_first_hides_bits_stored_values_line_and_sum():
    for value in random_numbers(100, seed=5):
        state = {"value": typed(value), "predict": True}
        picture = BITS.render(**state)
        assert not with_class(picture, "sw-bit") and "data-from" not in picture and "<svg" not in picture
        assert "stores" not in BITS.words(**state) and "halfway" not in picture


def test_a_prediction_is_judged_and_another_question_forgets_it():
    assert "0: right" in BITS.words(predict=True, prediction="0")
    assert "it is 2" in BITS.words(value="257", predict=True, prediction="3")
    assert "prediction" in BITS.problems(predict=True, prediction="7")
    assert BITS.set(BITS.state(predict=True, prediction="0"), value="1")[0]["prediction"] == ""


def test_its_line_of_torch_gives_what_is_stored():
    for value in ("0.1", "70000", "nan", "-0.0", "2**-24"):
        for name in FORMATS:
            made = eval(BITS.torch(value=value, format=name), {"torch": torch})
            shown = number(BITS.facts(value=value)[name]["stored"])
            assert made == shown or (math.isnan(made) and math.isnan(shown))
