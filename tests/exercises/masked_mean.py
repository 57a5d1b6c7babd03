"""Answers to masked_mean."""

import torch

from tests.exercises.answers import right, wrong


@right
def a_column_for_each(x, real):
    return (x * real[..., None]).sum(dim=1) / real.sum(dim=1)[:, None]


@right
def keepdim_and_unsqueeze(x, real):
    return (x * real.unsqueeze(-1)).sum(1) / real.sum(1, keepdim=True)


@right
def one_product(x, real):
    share = real.to(x.dtype) / real.sum(dim=1, keepdim=True)
    return (share.unsqueeze(1) @ x).squeeze(1)


@right
def filled_with_zeros(x, real):
    return x.masked_fill(~real[:, :, None], 0).sum(dim=-2).div(real.sum(-1).view(-1, 1))


@right
def sentence_by_sentence(x, real):
    return torch.stack([row[keep].mean(dim=0) for row, keep in zip(x, real)])  # noqa: B905


@right
def einsum(x, real):
    return torch.einsum("bte,bt->be", x, real.to(x.dtype)) / real.sum(dim=1).unsqueeze(1)


@right
def nanmean(x, real):
    return torch.where(real[:, :, None], x, torch.nan).nanmean(dim=1)


_COLUMN = "Give `real` a last axis, `real[:, :, None]`, and the count one, too."


@wrong(
    "Leaves it as it was",
    "`x * real` lines the tokens of `real` up with the features of `x`.",
    _COLUMN,
)
def as_handed_out(x, real):
    return (x * real).sum(dim=1) / real.sum(dim=1)


@wrong("Mends the division alone", like=as_handed_out)
def only_the_count_mended(x, real):
    return (x * real).sum(dim=1) / real.sum(dim=1, keepdim=True)


@wrong(
    "Mends the product and leaves the division",
    "Your sum is right. Its `(batch, embed)` is divided by a count of `(batch,)`, which lines up with the features: "
    "either that is refused, or every row is divided by another sentence's count.",
    "Give the count a last axis: `real.sum(dim=1, keepdim=True)`.",
)
def only_the_product_mended(x, real):
    return (x * real[:, :, None]).sum(dim=1) / real.sum(dim=1)


@wrong(
    "Puts the new axis in the middle",
    "`real[:, None]` puts the new axis between batch and seq, so that tokens still meet features.",
    "The new axis stands at the end: `real[:, :, None]`.",
)
def axis_in_the_middle(x, real):
    return (x * real[:, None]).sum(dim=1) / real.sum(dim=1, keepdim=True)


@wrong("Puts the new axis in the middle, of both", like=axis_in_the_middle)
def axis_in_the_middle_of_both(x, real):
    return (x * real[:, None]).sum(dim=1) / real[:, None].sum(dim=-1)


@wrong(
    "Divides by all tokens, as mean does",
    "You divide by the number of all tokens, those that were filled in as well.",
    "Count the real ones: `real.sum(dim=1, keepdim=True)`.",
)
def mean_over_all(x, real):
    return (x * real[:, :, None]).mean(dim=1)


@wrong(
    "Forgets the mask",
    "What was filled in counts, too: `real` is not used.",
    "Multiply by `real[:, :, None]`, and divide by the number of real tokens.",
)
def plain_mean(x, real):
    return x.mean(dim=1)


@wrong(
    "Forgets to divide",
    "These are sums. A mean is divided by the number of real tokens.",
    "Divide by `real.sum(dim=1, keepdim=True)`.",
)
def sums(x, real):
    return (x * real[:, :, None]).sum(dim=1)


@wrong(
    "Takes the mean of all sentences together",
    "You count the real tokens of all sentences together.",
    "Count along `dim=1`, sentence by sentence.",
)
def count_of_all(x, real):
    return (x * real[:, :, None]).sum(dim=1) / real.sum()


@wrong(
    "Sums over the batch",
    "You sum over the sentences: `dim=0` is batch.",
    "Tokens lie along `dim=1`.",
)
def summed_over_the_batch(x, real):
    return (x * real[:, :, None]).sum(dim=0) / real[:, :, None].sum(dim=0)


@wrong(
    "Indexes with the mask, which forgets whose token it was",
    "`x[real]` puts the real tokens of all sentences into one list, and its mean is that of all of them.",
    "Keep the axes: multiply by `real[:, :, None]`.",
)
def mask_as_an_index(x, real):
    return x[real].mean(dim=0).expand(x.shape[0], -1)


@wrong("Makes the message go away by a transpose: features against tokens", "You transpose `x`, so that its tokens "
       "come last and meet `real` of `(batch, seq)`, which lines up sentences with features.", _COLUMN)
def transposed_to_fit(x, real):
    return (x.mT * real).sum(dim=-1) / real.sum(dim=1, keepdim=True)


@wrong(
    "Averages the wrong tokens",
    "Your mask is read the wrong way round: these are the means of what was filled in.",
    "`real` is True at the tokens that count.",
)
def inverted(x, real):
    return (x * ~real[:, :, None]).sum(dim=1) / real.logical_not().sum(dim=1, keepdim=True)


@wrong("Takes the first tokens, as many as there are real ones", "You take as many tokens from the front as there are "
       "real ones. Sentences may be filled up in front.", "Let `real` say which tokens count.")
def from_the_front(x, real):
    return torch.stack([row[:count].mean(dim=0) for row, count in zip(x, real.sum(1).tolist())])  # noqa: B905


@wrong(
    "Keeps the axis seq",
    "An axis of size 1 is left where the tokens were.",
    "Sum without `keepdim` along the tokens.",
)
def axis_left(x, real):
    return (x * real[:, :, None]).sum(dim=1, keepdim=True) / real[:, :, None].sum(dim=1, keepdim=True)


@wrong("Writes zeros into x", "You write into `x`, which whoever called still needs.", "Multiply instead.")
def zeros_written(x, real):
    x[~real] = 0
    return x.sum(dim=1) / real.sum(dim=1, keepdim=True)
