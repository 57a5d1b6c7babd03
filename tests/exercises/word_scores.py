"""Answers to word_scores."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import right, wrong


@right
def table_to_x(x, table):
    return x @ table.T.to(x.dtype)


@right
def linear(x, table):
    return F.linear(x, table.type_as(x))


@right
def einsum(x, table):
    return torch.einsum("...e,ve->...v", x, table.to(x))


@right
def in_double_and_back(x, table):
    return (x.double() @ table.double().mT).to(x.dtype)


@right
def wider_of_both(x, table):
    wide = torch.promote_types(x.dtype, table.dtype)
    return torch.matmul(x.to(wide), table.to(wide).transpose(0, 1)).to(x.dtype)


@right
def products_summed(x, table):
    return (x.unsqueeze(-2) * table).sum(-1)


_TO_X = "Change the table: `table.to(x.dtype)`."


@wrong(
    "Leaves it as it was",
    "`@` wants one dtype, and the table holds half precision.",
    _TO_X,
)
def as_handed_out(x, table):
    return x @ table.T


@wrong(
    "Makes x as small as the table",
    "Your result is in half precision, that of the table: x lost most of its digits.",
    _TO_X,
)
def x_to_the_table(x, table):
    return x.to(table.dtype) @ table.T


@wrong(
    "Makes x small, and the result large again",
    "Your result has the dtype of `x`, and only three digits of it: on the way, `x` was in half precision.",
    _TO_X,
)
def x_to_the_table_and_back(x, table):
    return (x.to(table.dtype) @ table.T).to(x.dtype)


@wrong(
    "Makes both float16",
    "Both are float16 in your product, whatever they were. Above 65,504 that is infinite.",
    _TO_X,
)
def both_half(x, table):
    return x.half() @ table.half().T


@wrong(
    "Makes both float16, and the result what x was",
    "Both are float16 in your product: digits are lost, and above 65,504 it is infinite.",
    _TO_X,
)
def both_half_and_back(x, table):
    return (x.half() @ table.half().T).to(x.dtype)


@wrong(
    "Makes the table float32, whatever x is",
    "`.float()` makes the table float32. An `x` in float64 does not fit that.",
    "`.to(x.dtype)` fits any.",
)
def table_to_float32(x, table):
    return x @ table.float().T


@wrong(
    "Makes both float32",
    "Your result is float32, also for an `x` in float64.",
    _TO_X,
)
def both_float32(x, table):
    return x.float() @ table.float().T


@wrong(
    "Makes both float64",
    "Your result is float64. Wanted is the dtype of `x`.",
    _TO_X,
)
def both_double(x, table):
    return x.double() @ table.double().T


@wrong(
    "Forgets the transpose",
    "The table is not transposed: its words would have to be as many as there are features.",
    "`x @ table.to(x.dtype).T`",
)
def not_transposed(x, table):
    return x @ table.to(x.dtype)


@wrong(
    "Takes the features of the table as half the story: reshape makes the shape fit",
    "`reshape` makes the shape fit, but it cuts memory in order, so each column mixes several words.",
    "Transpose instead: `.T`.",
)
def reshaped_to_fit(x, table):
    return x @ table.to(x.dtype).reshape(table.shape[1], table.shape[0])


@wrong(
    "Makes probabilities of the scores",
    "These are probabilities. Wanted are the scores, before a softmax.",
    "Leave the softmax out.",
)
def softmaxed(x, table):
    return torch.softmax(x @ table.to(x.dtype).T, dim=-1)


@wrong(
    "Scales, as attention does",
    "Your scores are divided by the root of embed, as in attention. Here they are plain dot products.",
    "Leave the division out.",
)
def scaled(x, table):
    return x @ table.to(x.dtype).T / x.shape[-1] ** 0.5


@wrong(
    "Multiplies table by x, which swaps the axes",
    "Your result has the words first.",
    "`x` stands on the left.",
)
def words_first(x, table):
    return table.to(x.dtype) @ x.mT if x.ndim > 1 else table.to(x.dtype) @ x


@wrong("Reads the bits of the table as another dtype", "`view` with a dtype reads the same bits as other numbers.",
       "`.to(x.dtype)` converts them.")
def bits_read_anew(x, table):
    return x @ table.view(x.dtype).T


@wrong("Rounds the table to whole numbers", "Your table is cut to whole numbers on the way.", _TO_X)
def table_through_int(x, table):
    return x @ table.to(torch.int32).to(x.dtype).T
