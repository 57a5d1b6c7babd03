"""Answers to attention."""

import math

import torch

from tests.exercises.answers import right, wrong


@right
def einsum_and_where(q, k, v, mask=None):
    scores = torch.einsum("...id,...jd->...ij", q, k) * q.size(-1) ** -0.5
    if mask is None:
        weights = scores.softmax(-1)
    else:
        weights = torch.where(mask, scores, float("-inf")).softmax(-1)
        weights = torch.where(mask, weights, 0.0)
    return torch.einsum("...ij,...jd->...id", weights, v), weights


@right
def scaled_query_and_nan_to_num(q, k, v, mask=None):
    scores = (q / q.shape[-1] ** 0.5).matmul(k.transpose(-1, -2))
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), -torch.inf)
    weights = torch.nan_to_num(scores.softmax(dim=-1), nan=0.0)
    return weights.matmul(v), weights


@right
def added_mask(q, k, v, mask=None):
    scores = q @ k.mT / math.sqrt(k.shape[-1])
    if mask is None:
        mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
    scores = scores + torch.zeros(mask.shape, dtype=q.dtype).masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    weights = torch.where(weights.isnan(), torch.zeros_like(weights), weights)
    return weights @ v, weights


@right
def softmax_by_hand(q, k, v, mask=None):
    scores = (q.unsqueeze(-2) * k.unsqueeze(-3)).sum(-1) / math.sqrt(q.shape[-1])
    powers = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    if mask is not None:
        scores = torch.where(mask, scores, -math.inf)
        highest = scores.amax(dim=-1, keepdim=True)
        powers = torch.where(mask, (scores - highest).exp(), 0.0)
    total = powers.sum(dim=-1, keepdim=True)
    weights = powers / torch.where(total == 0, 1.0, total)
    return [weights @ v, weights][0], weights


def _attend(q, k, v, mask=None, scale=None, hidden=-math.inf):
    """Right but for what the arguments spoil."""
    scores = q @ k.transpose(-2, -1) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if mask is not None:
        scores = scores.masked_fill(~mask, hidden)
    weights = torch.softmax(scores, dim=-1)
    if mask is not None and hidden == -math.inf:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


@wrong("Forgets the scale")
def not_scaled(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1.0)


@wrong("Takes the length of the text for the size to divide by")
def scaled_by_the_length(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=k.shape[-2] ** -0.5)


@wrong("Takes the width of the values")
def scaled_by_the_width_of_values(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=v.shape[-1] ** -0.5)


@wrong("Forgets the root")
def divided_by_the_width(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1 / q.shape[-1])


@wrong("Multiplies by the root instead of dividing")
def multiplied_by_the_root(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=math.sqrt(q.shape[-1]))


@wrong("-10 looks small enough for a hidden score")
def minus_ten(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=-10.0)


@wrong("-1e9 is what many implementations write")
def minus_a_billion(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=-1e9)


@wrong("Multiplies the scores by the mask, so that hidden ones become 0")
def scores_times_mask(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=0.0)


@wrong("Hides after the softmax, so rows no longer sum to 1")
def masked_after_softmax(q, k, v, mask=None):
    output, weights = _attend(q, k, v)
    if mask is not None:
        weights = weights * mask
    return weights @ v, weights


@wrong("Takes True for hidden, as masked_fill does")
def inverted_mask(q, k, v, mask=None):
    return _attend(q, k, v, None if mask is None else ~mask)


@wrong("Does not use the mask at all")
def mask_ignored(q, k, v, mask=None):
    return _attend(q, k, v)


@wrong("Does not think of a row that may look nowhere")
def nan_rows(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong("Cleans the output of nan, but not the weights")
def nan_weights(q, k, v, mask=None):
    output, weights = nan_rows(q, k, v, mask)
    return output.nan_to_num(0.0), weights


@wrong("Softmax over the queries")
def softmax_over_queries(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-2).nan_to_num(0.0)
    return weights @ v, weights


@wrong("Scales q in place, which the caller sees")
def changes_q(q, k, v, mask=None):
    q /= math.sqrt(q.shape[-1])
    return _attend(q, k, v, mask, scale=1.0)


@wrong("Returns the two in the order in which they were computed")
def weights_first(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask)
    return weights, output


@wrong("Returns the output alone, as torch's function does")
def output_alone(q, k, v, mask=None):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, mask)


@wrong("Uses .T, which is right for two dimensions only")
def dot_t(q, k, v, mask=None):
    scores = q @ k.permute(*range(k.dim() - 1, -1, -1)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong("Writes `if mask:`, which a tensor of several truths refuses")
def truth_of_the_mask(q, k, v, mask=None):
    return _attend(q, k, v, mask) if mask else _attend(q, k, v)


@wrong("Always causal, since every language model is")
def always_causal(q, k, v, mask=None):
    queries, keys = q.shape[-2], k.shape[-2]
    causal = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
    return _attend(q, k, v, causal if mask is None else mask)


@wrong("Sets the rows that may look nowhere to equal weights")
def uniform_where_nothing_is_allowed(q, k, v, mask=None):
    output, weights = nan_rows(q, k, v, mask)
    weights = torch.where(weights.isnan(), 1 / k.shape[-2], weights)
    return weights @ v, weights
