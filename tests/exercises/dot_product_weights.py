"""Answers to dot_product_weights."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


@right
def einsum(tokens):
    return torch.einsum("qd,kd->qk", tokens, tokens).softmax(dim=1)


@right
def broadcast_and_sum(tokens):
    scores = (tokens[:, None, :] * tokens[None, :, :]).sum(dim=-1)
    scores = scores - scores.amax(dim=-1, keepdim=True)
    return scores.exp() / scores.exp().sum(dim=-1, keepdim=True)


@right
def two_loops(tokens):
    rows = []
    for query in tokens:
        rows.append(torch.stack([torch.dot(query, key) for key in tokens]))
    return torch.softmax(torch.stack(rows), dim=-1)


@right
def log_softmax(tokens):
    return torch.log_softmax(tokens @ tokens.mT, dim=-1).exp()


@right
def softmax_in_float32(tokens):
    return F.softmax((tokens @ tokens.T).float(), dim=-1).type_as(tokens)


@right
@made
def a_lambda():
    return lambda tokens: (tokens @ tokens.T).softmax(-1)


_KEYS = "Walk along the keys, the last axis, so that each query's weights sum to 1."


@wrong(
    "dim=0 is the rows, and it is rows that should sum to 1",
    "Your result is a softmax over the queries, `dim=0`: its columns sum to 1, its rows do not.",
    _KEYS,
)
def softmax_over_queries(tokens):
    return torch.softmax(tokens @ tokens.T, dim=0)


@wrong(
    "Forgets the softmax",
    "Your result holds the scores themselves. They may be negative, and their rows do not sum to 1.",
    "Let softmax turn each row of scores into weights.",
)
def scores_only(tokens):
    return tokens @ tokens.T


@wrong(
    "Transposes the first factor instead of the second",
    "Your scores are feature by feature: the product summed over the tokens. Attention compares tokens.",
    "Transpose the other side, so that the features are summed: (seq, embed) @ (embed, seq).",
)
def features_by_features(tokens):
    return torch.softmax(tokens.T @ tokens, dim=-1)


@wrong(
    "Forgets the transpose; on square input nothing complains",
    "Your product has no transpose in it, so the inner sizes are embed and seq. They only agree by accident.",
    "Transpose the keys: (seq, embed) @ (embed, seq).",
)
def no_transpose(tokens):
    return torch.softmax(tokens @ tokens, dim=-1)


@wrong(
    "Takes * for the product",
    "Your code multiplies entry by entry. A score is a sum of such products, one for each pair of tokens.",
    "Use the matrix product `@`, with the keys transposed.",
)
def entry_by_entry(tokens):
    return torch.softmax(tokens * tokens, dim=-1)


@wrong(
    "Knows the scaled version from elsewhere",
    "Your scores are divided by the root of d. That is the scaled attention further down; here the plain dot "
    "products are wanted.",
    "Leave the scores as they are.",
)
def scaled(tokens):
    return torch.softmax(tokens @ tokens.T / tokens.shape[-1] ** 0.5, dim=-1)


@wrong(
    "Takes cosine similarity for the dot product",
    "Your scores are cosines: the vectors were given length 1 first. Dot products keep the lengths.",
    "Multiply the tokens as they are.",
)
def cosine(tokens):
    unit = F.normalize(tokens, dim=-1)
    return torch.softmax(unit @ unit.T, dim=-1)


@wrong(
    "Normalizes by the sum, without exp",
    "Your weights are scores divided by their sum, without the powers of e. Negative scores become negative weights "
    "that way.",
    "Use softmax.",
)
def divided_by_the_sum(tokens):
    scores = tokens @ tokens.T
    return scores / scores.sum(dim=-1, keepdim=True)


@wrong(
    "Writes the formula of softmax as it stands, which overflows",
    "Your softmax overflows: e to a score above 88 is `inf` in float32, and `inf / inf` is `nan`.",
    "Use `torch.softmax`, which subtracts the largest score first.",
)
def naive_softmax(tokens):
    powers = torch.exp(tokens @ tokens.T)
    return powers / powers.sum(dim=-1, keepdim=True)


@wrong(
    "Writes the formula, and leaves keepdim out",
    "Your sum has lost its axis, so that each power is divided by the sum of another query.",
    "Use `torch.softmax`, or keep the summed axis as a 1.",
)
def naive_softmax_without_keepdim(tokens):
    powers = torch.exp(tokens @ tokens.T)
    return powers / powers.sum(dim=-1)


@wrong(
    "Makes all weights together sum to 1",
    "Your result sums to 1 over all pairs together. Each query should hand out a whole of its own.",
    "Walk along the keys only, the last axis.",
)
def softmax_over_all(tokens):
    scores = tokens @ tokens.T
    return torch.softmax(scores.flatten(), dim=0).view_as(scores)


@wrong(
    "Thinks that a token should not look at itself",
    "Your weights keep each token from looking at itself. Here every token looks at all tokens.",
    "Leave the diagonal of the scores as it is.",
)
def without_itself(tokens):
    scores = (tokens @ tokens.T).fill_diagonal_(float("-inf"))
    return torch.softmax(scores, dim=-1)


@wrong(
    "Hides the future, as a language model does",
    "Your weights hide the later tokens. That is a causal mask, which comes further down; here every token looks at "
    "all tokens.",
    "Leave the scores as they are.",
)
def causal(tokens):
    scores = tokens @ tokens.T
    hidden = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return torch.softmax(scores.masked_fill(hidden, float("-inf")), dim=-1)


@wrong(
    "Sigmoid also gives numbers between 0 and 1",
    "Your weights come from a sigmoid. Each lies between 0 and 1, but a row does not sum to 1.",
    "Use softmax over the keys.",
)
def sigmoid(tokens):
    return torch.sigmoid(tokens @ tokens.T)


@wrong(
    "Takes log_softmax for softmax",
    "Your result holds the logarithms of the weights.",
    "Use `torch.softmax`.",
)
def logarithms(tokens):
    return torch.log_softmax(tokens @ tokens.T, dim=-1)


@wrong(
    "Centers the tokens in place first",
    "Your function takes the mean away, and writes that into the caller's own tokens.",
    "Multiply the tokens as they are, and leave them so.",
)
def centered_in_place(tokens):
    tokens -= tokens.mean(dim=0)
    return torch.softmax(tokens @ tokens.T, dim=-1)


@wrong(
    "Cuts scores off at 50 to keep exp from overflowing",
    "Your scores are cut off at a limit, and above it softmax cannot tell them apart.",
    "Use `torch.softmax`, which subtracts the largest score first.",
)
def clamped_scores(tokens):
    powers = torch.exp((tokens @ tokens.T).clamp(max=50))
    return powers / powers.sum(dim=-1, keepdim=True)


@wrong("Mixes the tokens, too", "Your result is weights times tokens, one step further than asked.",
       "Return the weights.")
def one_step_too_far(tokens):
    return torch.softmax(tokens @ tokens.T, dim=-1) @ tokens


@wrong(
    "Converts to float32 against an error about dtypes",
    "Your result is float32 for a float64 input.",
    "Stay in the dtype of the tokens.",
)
def float32_always(tokens):
    tokens = tokens.float()
    return torch.softmax(tokens @ tokens.T, dim=-1)
