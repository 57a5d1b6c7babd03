"""Answers to broadcast_shape."""

from itertools import zip_longest

import numpy as np
import torch

from tests.exercises.answers import made, right, wrong


def _clash(a, b):
    return ValueError(f"shapes {a} and {b} clash")


@right
def from_the_back(a, b):
    result = []
    for n, m in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.insert(0, m if n == 1 else n)
    return tuple(result)


@right
def sets_without_one(a, b):
    ndim = max(len(a), len(b))
    result = ()
    for lengths in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b, strict=True):
        longer = set(lengths) - {1}
        if len(longer) > 1:
            raise _clash(a, b)
        result += (longer.pop() if longer else 1,)
    return result


@right
def recursive(a, b):
    if len(a) < len(b):
        a, b = b, a
    if not b:
        return tuple(a)
    n, m = a[-1], b[-1]
    if n != m and n != 1 and m != 1:
        raise _clash(a, b)
    return (*recursive(a[:-1], b[:-1]), n if m == 1 else m)


@right
def by_negative_index(a, b):
    result = list(a if len(a) >= len(b) else b)
    for place in range(1, min(len(a), len(b)) + 1):
        n, m = a[-place], b[-place]
        if n == 1:
            result[-place] = m
        elif m == 1 or n == m:
            result[-place] = n
        else:
            raise _clash(a, b)
    return tuple(result)


@right
def multiplied_where_one(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n == m:
            result.append(n)
        elif 1 in (n, m):
            result.append(n * m)
        else:
            raise _clash(a, b)
    return tuple(result[::-1])


@right
@made
def a_class_that_is_called():
    class Rule:
        def __call__(self, a, b):
            return tuple(np.broadcast_shapes(a, b))

    return Rule()


_FROM_THE_RIGHT = "Put the missing 1s in front of the shorter shape, so that both end at the same place."
_REFUSE = "Raise a `ValueError` where two lengths differ and neither of them is 1."
_OTHER = "Where one length is 1, take the other one, whatever it is."


@wrong(
    "Reads shapes from the left, as one reads words",
    "You aligned the shapes on the left: the first lengths meet, and the 1s are added at the end.",
    _FROM_THE_RIGHT,
)
def aligned_left(a, b):
    result = []
    for n, m in zip_longest(a, b, fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("From the left, and the larger length wins", like=aligned_left)
def aligned_left_and_largest(a, b):
    return tuple(max(n, m) for n, m in zip_longest(a, b, fillvalue=1))


@wrong(
    "Stretching makes things larger, so the larger one wins",
    "You take the larger of two lengths. So 3 against 2 gives 3, and no clash is ever seen.",
    _REFUSE,
)
def largest(a, b):
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    return tuple(max(n, m) for n, m in zip(a, b, strict=True))


@wrong(
    "Checks for clashes, and still takes the larger one, which is wrong for 0 alone",
    "You take the larger of two lengths. A length of 0 against 1 gives 0: the 1 is stretched to no copies.",
    _OTHER,
)
def largest_that_fits(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(max(n, m))
    return tuple(result[::-1])


@wrong(
    "zip pairs the lengths, and cuts what is left of the longer shape",
    "Axes are lost: `zip` stops at the end of the shorter shape.",
    "A missing length counts as 1. Put 1s in front of the shorter shape before you pair them.",
)
def zip_cuts(a, b):
    result = []
    for n, m in zip(reversed(a), reversed(b), strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(reversed(result))


@wrong(
    "zip from the left, without thinking of alignment at all",
    "You paired the lengths from the left, and `zip` stops at the end of the shorter shape.",
    _FROM_THE_RIGHT,
)
def plain_zip(a, b):
    result = []
    for n, m in zip(a, b, strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("zip from the left, and the larger length wins", like=plain_zip)
def plain_zip_and_largest(a, b):
    return tuple(max(n, m) for n, m in zip(a, b, strict=False))


@wrong(
    "Pads b only, as in the worked example, where b is the shorter one",
    "You put 1s in front of `b` alone. Here `a` is the shorter one, and its lengths meet the wrong ones.",
    "Put the 1s in front of whichever shape is shorter.",
)
def pads_b_only(a, b):
    b = (1,) * (len(a) - len(b)) + b
    result = []
    for n, m in zip(a, b, strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("Pads b only, and zip, told to be strict, refuses where a is the shorter one", like=pads_b_only)
def pads_b_only_strictly(a, b):
    b = (1,) * (len(a) - len(b)) + b
    result = []
    for n, m in zip(a, b, strict=True):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong(
    "Works from the right and forgets to turn the result around",
    "Your lengths are right, but in the reverse order: you worked from the right and collected them so.",
    "Turn the result around at the end.",
)
def not_turned_around(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong(
    "Loops over negative places and stops one too early",
    "Your loop over the places -1, -2, ... ends one short: `range` leaves out its end, so the first length of the "
    "shorter shape is never looked at.",
    "Let the range end one later.",
)
def loop_one_short(a, b):
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    result = list(longer)
    for place in range(1, len(shorter)):
        n, m = result[-place], shorter[-place]
        if n == 1:
            result[-place] = m
        elif m not in (1, n):
            raise _clash(a, b)
    return tuple(result)


@wrong(
    "Fills up with 0, since a missing axis has nothing in it",
    "You fill the shorter shape up with 0. A missing length counts as 1: 0 is a length of its own, and clashes.",
    "Fill up with 1.",
)
def filled_with_zero(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=0):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(max(n, m))
    return tuple(result[::-1])


@wrong(
    "Treats 0 as missing, because 0 is false",
    "You take a length of 0 for a missing one, as `n or 1` does. 0 is a length: the axis is there, and empty.",
    "Fill up with 1 only where there is no length at all.",
)
def zero_is_false(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=None):
        n, m = n or 1, m or 1
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result[::-1])


@wrong("An empty axis fits everything", "You let 0 meet any length. It fits only 0 and 1.", _REFUSE)
def zero_fits_all(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n != m and not {0, 1} & {n, m}:
            raise _clash(a, b)
        result.append(n * m if n != m else n)
    return tuple(result[::-1])


@wrong(
    "Writes the cases that fit, and forgets the else",
    "Where two lengths clash, your result has one axis less, and nobody is told.",
    _REFUSE,
)
def no_else(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n == m or m == 1:
            result.append(n)
        elif n == 1:
            result.append(m)
    return tuple(result[::-1])


@wrong("Takes the other one where one is 1, and asks nothing more", "You never refuse: where two lengths clash, your "
       "result holds one of them.", _REFUSE)
def never_refuses(a, b):
    return tuple(m if n == 1 else n for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1))[::-1]


@wrong("Leaves the result a list", "Your result is a list.", "Make it a tuple, as shapes are everywhere.")
def returns_list(a, b):
    return list(from_the_back(a, b))


@wrong(
    "Says None for 'no such shape'",
    "Your result is `None` where the shapes clash. Whoever calls you would go on without noticing.",
    _REFUSE,
)
def returns_none(a, b):
    try:
        return from_the_back(a, b)
    except ValueError:
        return None


@wrong(
    "Returns the exception instead of raising it",
    "You make the `ValueError` and hand it back as if it were a shape.",
    "Write `raise` in front of it.",
)
def returns_the_error(a, b):
    try:
        return from_the_back(a, b)
    except ValueError as error:
        return error


@wrong(
    "Lets torch do it; torch refuses with another exception",
    "You leave it to torch to refuse, and torch raises a `RuntimeError`.",
    "Write the rule out yourself, and raise a `ValueError`.",
)
def torch_does_it(a, b):
    return tuple(torch.broadcast_shapes(a, b))


@wrong("Makes the arrays and adds them; zeros of torch refuse with another exception", like=torch_does_it)
def adds_zeros(a, b):
    return tuple((torch.zeros(a) + torch.zeros(b)).shape)


@wrong(
    "Uses assert to refuse",
    "An `assert` is for what cannot happen; Python leaves it out when it runs with `-O`. Two shapes that clash can "
    "happen.",
    _REFUSE,
)
def asserts(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        assert n == m or n == 1 or m == 1, f"{a} and {b} clash"
        result.append(m if n == 1 else n)
    return tuple(result[::-1])


@wrong(
    "A clash of types, in a way",
    "You raise another exception. Lengths that clash are a wrong value, not a wrong type.",
    "Raise a `ValueError`.",
)
def raises_type_error(a, b):
    try:
        return from_the_back(a, b)
    except ValueError as error:
        raise TypeError(str(error)) from None


@wrong("Copies what torch raises", like=raises_type_error)
def raises_runtime_error(a, b):
    try:
        return from_the_back(a, b)
    except ValueError as error:
        raise RuntimeError(str(error)) from None


@wrong(
    "Stretches b only: the bias is always the second one",
    "You let only `b` be stretched. A 1 in `a` is stretched just as well.",
    _OTHER,
)
def stretches_b_only(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if m not in (n, 1):
            raise _clash(a, b)
        result.append(n)
    return tuple(result[::-1])


@wrong(
    "Knows equal lengths only; 1 is a length like any other",
    "You refuse lengths that differ even if one of them is 1.",
    _OTHER,
)
def equal_only(a, b):
    longer = a if len(a) >= len(b) else b
    if any(n != m for n, m in zip(a[::-1], b[::-1], strict=False)):
        raise _clash(a, b)
    return longer


@wrong(
    "Refuses shapes with different numbers of axes, as zip does when told to be strict",
    "You refuse shapes with different numbers of axes. A length that is missing on the left counts as 1.",
    _FROM_THE_RIGHT,
)
def equal_ranks_only(a, b):
    if len(a) != len(b):
        raise _clash(a, b)
    return from_the_back(a, b)


@wrong(
    "Multiplies whatever differs, which is right next to a 1",
    "You multiply lengths that differ. That is right if one of them is 1, and hides the clash if none is.",
    _REFUSE,
)
def multiplies(a, b):
    return tuple(n if n == m else n * m for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1))[::-1]


@wrong(
    "Takes the shape with more numbers; it often is the result",
    "Your result is one of the two shapes. Often it is neither of them: each can stretch the other.",
    "Decide length by length.",
)
def the_bigger_shape(a, b):
    np.broadcast_shapes(a, b)
    return max(a, b, key=lambda shape: int(np.prod(shape)))


@wrong("Takes the longer shape, and asks nothing", like=the_bigger_shape)
def the_longer_shape(a, b):
    return a if len(a) >= len(b) else b
