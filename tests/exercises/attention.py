"""Answers to attention."""

import math

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


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


@right
def root_of_a_float32_tensor(q, k, v, mask=None):
    scores = torch.matmul(q, k.transpose(-2, -1)) / torch.sqrt(torch.tensor(q.shape[-1], dtype=torch.float32))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-inf"))
    weights = torch.nan_to_num(F.softmax(scores, dim=-1), nan=0.0)
    return torch.matmul(weights, v), weights


@right
def root_of_a_whole_number(q, k, v, mask=None):
    scores = q @ k.mT / torch.tensor(q.size(-1)).sqrt()
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = scores.softmax(-1).nan_to_num(0.0)
    return weights @ v, weights


@right
def softmax_in_float32(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / torch.sqrt(torch.FloatTensor([q.shape[-1]]))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = F.softmax(scores.float(), dim=-1).type_as(q).nan_to_num(0.0)
    return weights @ v, weights


@right
@made
def a_module():
    class Attention(torch.nn.Module):
        def forward(self, q, k, v, mask=None):
            scores = q @ k.mT / math.sqrt(q.shape[-1])
            if mask is not None:
                scores = scores.masked_fill(~mask, -math.inf)
            weights = scores.softmax(-1)
            if mask is not None:
                weights = weights.masked_fill(~mask, 0)
            return weights @ v, weights

    return Attention()


def _attend(q, k, v, mask=None, scale=None, hidden=-math.inf, dim=-1, clean=True):
    """Right but for what the arguments spoil; without ``clean``, rows that may look nowhere stay nan."""
    scores = q @ k.transpose(-2, -1) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if mask is not None:
        scores = scores.masked_fill(~mask, hidden)
    weights = torch.softmax(scores, dim=dim)
    if mask is not None and hidden == -math.inf and clean:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


_BY_ROOT = "Divide by the root of `d`, the last size of `q`."
_BEFORE = "Where the mask is False, make the score `-inf` before the softmax."
_ZEROS = "After the softmax, make hidden weights 0."


@wrong(
    "Forgets the scale",
    "Your scores are not divided by the root of d. Wide vectors then push softmax to all or nothing.",
    "Divide the scores by the root of `d`, before the mask and the softmax.",
)
def not_scaled(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1.0)


@wrong("Forgets the scale, and rows that may look nowhere", like=not_scaled)
def not_scaled_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1.0, clean=False)


@wrong("Forgets the scale, and hides with -1e9", like=not_scaled)
def not_scaled_and_a_billion(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1.0, hidden=-1e9)


@wrong(
    "Takes the length of the text for the size to divide by",
    "Your scores are divided by the root of the number of keys. They grow with the number of features, not with the "
    "length of the text.",
    _BY_ROOT,
)
def scaled_by_the_length(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=k.shape[-2] ** -0.5)


@wrong("Takes the length of the text, and forgets rows that may look nowhere", like=scaled_by_the_length)
def scaled_by_the_length_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=k.shape[-2] ** -0.5, clean=False)


@wrong(
    "Takes the number of queries, which is the second-to-last size of q",
    "Your scores are divided by the root of the number of queries. They grow with the number of features.",
    _BY_ROOT,
)
def scaled_by_the_queries(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=q.shape[-2] ** -0.5)


@wrong("Takes the number of queries, and forgets rows that may look nowhere", like=scaled_by_the_queries)
def scaled_by_the_queries_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=q.shape[-2] ** -0.5, clean=False)


@wrong(
    "Takes the features of the values",
    "Your scores are divided by the root of `d_v`, the features of the values, which take no part in the scores.",
    _BY_ROOT,
)
def scaled_by_the_width_of_values(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=v.shape[-1] ** -0.5)


@wrong(
    "Forgets the root",
    "Your scores are divided by d itself, which makes them too small: weights come out nearly equal.",
    "Divide by the root of `d`.",
)
def divided_by_the_width(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1 / q.shape[-1])


@wrong("Forgets the root, and rows that may look nowhere", like=divided_by_the_width)
def divided_by_the_width_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=1 / q.shape[-1], clean=False)


@wrong(
    "Multiplies by the root instead of dividing",
    "Your scores are multiplied by the root of d, which pushes softmax to all or nothing.",
    _BY_ROOT,
)
def multiplied_by_the_root(q, k, v, mask=None):
    return _attend(q, k, v, mask, scale=math.sqrt(q.shape[-1]))


@wrong(
    "Takes torch's sqrt for a number of Python's",
    "`torch.sqrt` takes tensors, and a size is a plain number of Python's.",
    "Use `math.sqrt`, or `** 0.5`.",
)
def root_of_a_python_number(q, k, v, mask=None):
    return q @ k.transpose(-2, -1) / torch.sqrt(q.shape[-1])


@wrong("Takes torch's sqrt for k's features", like=root_of_a_python_number)
def root_of_a_python_number_first(q, k, v, mask=None):
    scale = torch.sqrt(k.size(-1))
    return _attend(q, k, v, mask, scale=1 / scale)


@wrong(
    "Scales after the softmax",
    "Your weights are divided by the root of d, so that their rows no longer sum to 1. The scores should be.",
    "Divide the scores, before the softmax.",
)
def scaled_after_the_softmax(q, k, v, mask=None):
    _, weights = _attend(q, k, v, mask, scale=1.0)
    weights = weights / math.sqrt(q.shape[-1])
    return weights @ v, weights


@wrong(
    "-10 looks small enough for a hidden score",
    "Your hidden scores are -10. A little weight leaks through: e to the power of -10 is small, but not 0.",
    "Use `-inf`, whose power is exactly 0.",
)
def minus_ten(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=-10.0)


@wrong(
    "-1e9 is what many implementations write",
    "A query that may look nowhere gets equal weights for all the hidden keys, as a large negative number in place of "
    "`-inf` makes them.",
    "Use `-inf`, and make such a row zeros after the softmax.",
)
def minus_a_billion(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=-1e9)


@wrong("-1e9 is added where it is hidden, which leaves a trace of the scores", like=minus_a_billion)
def minus_a_billion_added(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + ~mask * -1e9
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong("Sets the rows that may look nowhere to equal weights", like=minus_a_billion)
def uniform_where_nothing_is_allowed(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask, clean=False)
    weights = torch.where(weights.isnan(), 1 / k.shape[-2], weights)
    return weights @ v, weights


@wrong(
    "Multiplies the scores by the mask, so that hidden ones become 0",
    "Your hidden scores are 0. Softmax gives them weight all the same: e to the power of 0 is 1.",
    "Use `-inf`, whose power is 0.",
)
def scores_times_mask(q, k, v, mask=None):
    return _attend(q, k, v, mask, hidden=0.0)


@wrong(
    "Adds the mask to the scores, as an additive one would be",
    "Your mask is added to the scores: True counts as 1 and False as 0, so hidden keys lose a single point.",
    _BEFORE,
)
def boolean_mask_added(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + mask
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong(
    "Multiplies the mask by -inf, and 0 x inf is nan",
    "Your mask is multiplied by `-inf`, and 0 times infinity is `nan`.",
    "Fill the hidden scores with `masked_fill`, or choose with `torch.where`.",
)
def infinity_times_mask(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + (~mask).to(q.dtype) * -math.inf
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong("Multiplies by -inf, and cleans up the nan", "Your mask is multiplied by `-inf`, and 0 times infinity is `nan`, "
       "so that every weight was `nan` before you made it 0.", "Fill the hidden scores with `masked_fill`.")
def infinity_times_mask_cleaned(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + (~mask).to(q.dtype) * -math.inf
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong(
    "Hides after the softmax, so rows no longer sum to 1",
    "Your mask comes after the softmax: hidden weights are 0, but what is left no longer sums to 1.",
    "Hide scores before the softmax, so that it shares out the whole.",
)
def masked_after_softmax(q, k, v, mask=None):
    output, weights = _attend(q, k, v)
    if mask is not None:
        weights = weights * mask
    return weights @ v, weights


@wrong(
    "Takes True for hidden, as masked_fill does",
    "Your mask is read the wrong way round: hidden are the keys that the query may look at. `masked_fill` fills where "
    "its argument is True.",
    "Hide the keys where the mask is False.",
)
def inverted_mask(q, k, v, mask=None):
    return _attend(q, k, v, None if mask is None else ~mask)


@wrong("Takes True for hidden, and forgets rows that may look nowhere", like=inverted_mask)
def inverted_mask_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, None if mask is None else ~mask, clean=False)


@wrong("Takes True for hidden, and -1e9 for -inf", like=inverted_mask)
def inverted_mask_and_a_billion(q, k, v, mask=None):
    return _attend(q, k, v, None if mask is None else ~mask, hidden=-1e9)


@wrong(
    "Does not use the mask at all",
    "Your weights do not know of the mask: hidden keys still get weight.",
    _BEFORE,
)
def mask_ignored(q, k, v, mask=None):
    return _attend(q, k, v)


@wrong("masked_fill returns a new tensor, which nobody keeps", like=mask_ignored)
def filled_and_not_kept(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong(
    "Does not think of a row that may look nowhere",
    "A query that may look nowhere has only `-inf`, and softmax makes `nan` of it. One such row spoils a whole "
    "training.",
    _ZEROS,
)
def nan_rows(q, k, v, mask=None):
    return _attend(q, k, v, mask, clean=False)


@wrong(
    "Cleans the output of nan, but not the weights",
    "Your output is clean, but the weights of a query that may look nowhere are `nan` still.",
    _ZEROS + " Then mix the values by the clean weights.",
)
def nan_weights(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask, clean=False)
    return output.nan_to_num(0.0), weights


@wrong(
    "Cleans the weights after they were used",
    "Your weights are clean, but the output was mixed before: a query that may look nowhere has an output of `nan`.",
    _ZEROS + " Then mix the values by the clean weights.",
)
def nan_output(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask, clean=False)
    return output, weights.nan_to_num(0.0)


@wrong(
    "Softmax over the queries",
    "Your softmax runs over the queries: the columns of the weights sum to 1, the rows do not.",
    "Walk along the keys, the last axis.",
)
def softmax_over_queries(q, k, v, mask=None):
    return _attend(q, k, v, mask, dim=-2)


@wrong("Softmax over the queries, and nan stays", like=softmax_over_queries)
def softmax_over_queries_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, dim=-2, clean=False)


@wrong(
    "Softmax without a dim; it then chooses one by itself",
    "Your softmax has no `dim`, so it chooses one by itself: the last one of two axes, but the first one of "
    "three.",
    "Say `dim=-1`, the keys.",
)
def softmax_without_dim(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = F.softmax(scores)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


@wrong("Softmax without a dim, and nan stays", like=softmax_without_dim)
def softmax_without_dim_nor_cleaned(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = F.softmax(scores)
    return weights @ v, weights


@wrong("Softmax along axis 1, as in two axes", "Your softmax names axis 1. That are the keys only "
       "where there are no leading axes.", "Count from the end: `dim=-1`.")
def softmax_along_dimension_1(q, k, v, mask=None):
    return _attend(q, k, v, mask, dim=1)


@wrong(
    "Forgets the softmax",
    "Your weights are the scores themselves: they may be negative, and their rows do not sum to 1.",
    "Send the scores through softmax, over the keys.",
)
def no_softmax(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return scores @ v, scores


@wrong(
    "Scales q in place, which the caller sees",
    "Your function writes into `q`: `/=` and methods that end in `_` do that. The caller's queries are spoiled.",
    "Divide into a new tensor.",
)
def changes_q(q, k, v, mask=None):
    q /= math.sqrt(q.shape[-1])
    return _attend(q, k, v, mask, scale=1.0)


@wrong("Scales q in place, and forgets rows that may look nowhere", like=changes_q)
def changes_q_nor_cleaned(q, k, v, mask=None):
    q /= math.sqrt(q.shape[-1])
    return _attend(q, k, v, mask, scale=1.0, clean=False)


@wrong(
    "Turns the mask round in place",
    "Your function turns the caller's own mask round: `logical_not_` writes into it.",
    "Write `~mask`, which makes a new one.",
)
def changes_the_mask(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not_(), -math.inf)
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong(
    "Returns the two in the order in which they were computed",
    "You return the weights first and the output second.",
    "Swap the two: output, then weights.",
)
def weights_first(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask)
    return weights, output


@wrong("Returns the weights first, and nan stays", like=weights_first)
def weights_first_nor_cleaned(q, k, v, mask=None):
    output, weights = _attend(q, k, v, mask, clean=False)
    return weights, output


@wrong(
    "Returns the output alone, as torch's function does",
    "You return the output alone. The weights are wanted as well, to be plotted and looked at.",
    "Return both: output, then weights.",
)
def output_alone(q, k, v, mask=None):
    return F.scaled_dot_product_attention(q, k, v, mask)


@wrong("Returns the output alone, and nan stays", like=output_alone)
def output_alone_nor_cleaned(q, k, v, mask=None):
    return _attend(q, k, v, mask, clean=False)[0]


@wrong(
    "Returns a list of two",
    "You return a list.",
    "Return a tuple: `return output, weights`.",
)
def returns_a_list(q, k, v, mask=None):
    return [*_attend(q, k, v, mask)]


@wrong(
    "Uses .T, which is right for two axes only",
    "With leading axes, `.T` turns all of them round, and the shapes no longer fit.",
    "Swap only the last two axes of `k`: `k.transpose(-2, -1)`.",
)
def dot_t(q, k, v, mask=None):
    scores = q @ k.permute(*range(k.dim() - 1, -1, -1)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong("Uses .T, and nan stays", like=dot_t)
def dot_t_nor_cleaned(q, k, v, mask=None):
    scores = q @ k.permute(*range(k.dim() - 1, -1, -1)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong(
    "Names the two axes that the lesson's picture had",
    "Your code swaps axes 1 and 2 of `k`, or 0 and 1: those are the last two only for one number of axes.",
    "Count from the end: `k.transpose(-2, -1)`.",
)
def transposes_1_and_2(q, k, v, mask=None):
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong("Swaps axes 0 and 1", like=transposes_1_and_2)
def transposes_0_and_1(q, k, v, mask=None):
    scores = q @ k.transpose(0, 1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong(
    "Forgets the transpose",
    "Your product has no transpose in it: the features of `q` meet the number of keys.",
    "Swap the last two axes of `k`: `k.transpose(-2, -1)`.",
)
def no_transpose(q, k, v, mask=None):
    scores = q @ k / math.sqrt(q.shape[-1])
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong(
    "Writes `if mask:`, which a tensor of several truths refuses",
    "Your code asks `if mask`. A mask of several entries is neither true nor false.",
    "Ask `if mask is not None`.",
)
def truth_of_the_mask(q, k, v, mask=None):
    return _attend(q, k, v, mask) if mask else _attend(q, k, v)


@wrong(
    "Forgets that there may be no mask",
    "Your function uses the mask without asking whether there is one: by default it is `None`.",
    "Hide scores only `if mask is not None`.",
)
def mask_always_there(q, k, v, mask=None):
    scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1).masked_fill(~mask, 0.0)
    return weights @ v, weights


@wrong("Forgets that there may be no mask, and nan stays", like=mask_always_there)
def mask_always_there_nor_cleaned(q, k, v, mask=None):
    scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong("Cleans up by the mask, and forgets that there may be none", like=mask_always_there)
def mask_always_there_at_the_end(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1).masked_fill(mask.logical_not(), 0.0)
    return weights @ v, weights


@wrong(
    "Writes into the scores through the mask; an index does not broadcast",
    "Your mask is used as an index, and an index does not broadcast. This mask has no batch axis.",
    "Use `masked_fill`, which broadcasts.",
)
def mask_as_an_index(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores[~mask] = -math.inf
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ v, weights


@wrong("Writes into the scores through the mask, and nan stays", like=mask_as_an_index)
def mask_as_an_index_nor_cleaned(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores[~mask] = -math.inf
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


@wrong(
    "Always causal, since every language model is",
    "Without a mask, your function hides the future all the same. Then no query should be kept from any key.",
    "Hide keys only where a mask says so.",
)
def always_causal(q, k, v, mask=None):
    queries, keys = q.shape[-2], k.shape[-2]
    causal = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
    return _attend(q, k, v, causal if mask is None else mask)


@wrong(
    "Float32 against an error about dtypes",
    "Your result is float32 for float64 inputs.",
    "Stay in the dtype of the arguments, or go back to it at the end.",
)
def float32_at_the_end(q, k, v, mask=None):
    return _attend(q.float(), k.float(), v.float(), mask)


@wrong("Softmax in float32, and the values follow", like=float32_at_the_end)
def float32_weights_and_values(q, k, v, mask=None):
    scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).float()
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = scores.softmax(-1).nan_to_num(0.0)
    return weights @ v.float(), weights
