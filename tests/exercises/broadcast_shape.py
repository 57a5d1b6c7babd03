"""Answers to broadcast_shape."""

from itertools import zip_longest

import numpy as np
import torch

from tests.exercises.answers import right, wrong


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


@wrong("Reads shapes from the left, as one reads words")
def aligned_left(a, b):
    result = []
    for n, m in zip_longest(a, b, fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("Stretching makes things larger, so the larger one wins")
def largest(a, b):
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    return tuple(max(n, m) for n, m in zip(a, b, strict=True))


@wrong("Checks for clashes, and still takes the larger one, which is wrong for 0 alone")
def largest_that_fits(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(max(n, m))
    return tuple(result[::-1])


@wrong("zip pairs the lengths, and cuts what is left of the longer shape")
def zip_cuts(a, b):
    result = []
    for n, m in zip(reversed(a), reversed(b), strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(reversed(result))


@wrong("zip from the left, without thinking of alignment at all")
def plain_zip(a, b):
    result = []
    for n, m in zip(a, b, strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("Pads b only, as in the worked example, where b is the shorter one")
def pads_b_only(a, b):
    b = (1,) * (len(a) - len(b)) + b
    result = []
    for n, m in zip(a, b, strict=False):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("Works from the right and forgets to turn the result around")
def not_turned_around(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result)


@wrong("Fills up with 0, since a missing axis has nothing in it")
def filled_with_zero(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=0):
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(max(n, m))
    return tuple(result[::-1])


@wrong("Treats 0 as missing, because 0 is false")
def zero_is_false(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=None):
        n, m = n or 1, m or 1
        if n != m and 1 not in (n, m):
            raise _clash(a, b)
        result.append(m if n == 1 else n)
    return tuple(result[::-1])


@wrong("Writes the cases that fit, and forgets the else")
def no_else(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if n == m or m == 1:
            result.append(n)
        elif n == 1:
            result.append(m)
    return tuple(result[::-1])


@wrong("Leaves the result a list")
def returns_list(a, b):
    return list(from_the_back(a, b))


@wrong("Says None for 'no such shape'")
def returns_none(a, b):
    try:
        return from_the_back(a, b)
    except ValueError:
        return None


@wrong("Lets torch do it; torch refuses with another exception")
def torch_does_it(a, b):
    return tuple(torch.broadcast_shapes(a, b))


@wrong("Makes the arrays and adds them; zeros of torch refuse with another exception")
def adds_zeros(a, b):
    return tuple((torch.zeros(a) + torch.zeros(b)).shape)


@wrong("Uses assert to refuse")
def asserts(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        assert n == m or n == 1 or m == 1, f"{a} and {b} clash"
        result.append(m if n == 1 else n)
    return tuple(result[::-1])


@wrong("Stretches b only: the bias is always the second one")
def stretches_b_only(a, b):
    result = []
    for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if m not in (n, 1):
            raise _clash(a, b)
        result.append(n)
    return tuple(result[::-1])


@wrong("Knows equal lengths only; 1 is a length like any other")
def equal_only(a, b):
    longer = a if len(a) >= len(b) else b
    if any(n != m for n, m in zip(a[::-1], b[::-1], strict=False)):
        raise _clash(a, b)
    return longer


@wrong("Multiplies whatever differs, which is right next to a 1")
def multiplies(a, b):
    return tuple(n if n == m else n * m for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1))[::-1]


@wrong("Takes the shape with more numbers; it often is the result")
def the_bigger_shape(a, b):
    np.broadcast_shapes(a, b)
    return max(a, b, key=lambda shape: int(np.prod(shape)))
