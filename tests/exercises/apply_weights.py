"""Answers to apply_weights."""

import torch

from tests.exercises.answers import made, right, wrong


@right
def einsum(weights, values):
    return torch.einsum("qk,kd->qd", weights, values)


@right
def broadcast_and_sum(weights, values):
    return (weights[:, :, None] * values[None, :, :]).sum(dim=1)


@right
def loop_over_queries_and_keys(weights, values):
    output = torch.zeros(len(weights), values.shape[1], dtype=values.dtype)
    for query in range(len(weights)):
        for key in range(len(values)):
            output[query] += weights[query, key] * values[key]
    return output


@right
def both_transposed(weights, values):
    return (values.T @ weights.T).T


@right
@made
def a_lambda():
    return lambda weights, values: weights.matmul(values)


_SHAPES = "(queries, keys) @ (keys, embed)"


@wrong(
    "Reads the weights by column, so that each key hands out its value",
    "Your product has the weights transposed. Their rows belong to queries, and each output row needs one of them.",
    f"Leave the weights as they are: {_SHAPES}.",
)
def weights_transposed(weights, values):
    return weights.T @ values


@wrong(
    "Puts the thing that is weighted first",
    "Your product has the values on the left. It would mix features; attention mixes tokens.",
    f"Put the weights on the left: {_SHAPES}.",
)
def values_first(weights, values):
    return values @ weights


@wrong(
    "Transposes the values, as the keys were transposed a moment ago",
    "Your product has the values transposed, so that it sums over features. The sum must run over the keys.",
    f"Leave the values as they are: {_SHAPES}.",
)
def values_transposed(weights, values):
    return weights @ values.T


@wrong("Turns values and weights, and not the result", "Your result is turned: features in rows, queries in columns.",
       f"Put the weights on the left: {_SHAPES}.")
def result_turned(weights, values):
    return values.T @ weights.T


@wrong(
    "Takes the star for the product",
    "Your result is `weights * values`, entry by entry. Nothing is added up, so no token hears of another.",
    "Use a matrix product.",
)
def entry_by_entry(weights, values):
    return weights * values


@wrong(
    "Makes sure that the weights are weights, with a second softmax",
    "Your weights went through softmax a second time, which pulls them towards equal shares.",
    "Use the weights as they come: they sum to 1 already.",
)
def softmax_again(weights, values):
    return torch.softmax(weights, dim=-1) @ values


@wrong(
    "Attention means to look at one thing: the largest weight",
    "Your result takes the value of the largest weight and drops the others.",
    "Add up all values, each times its weight.",
)
def hard_attention(weights, values):
    return values[weights.argmax(dim=-1)]


@wrong(
    "A weight above 0 means: look there",
    "Your result is the plain mean of the values whose weight is not 0. How large a weight is never comes in.",
    "Add up all values, each times its weight.",
)
def mean_of_what_has_weight(weights, values):
    looks = (weights > 0).to(weights.dtype)
    return looks @ values / looks.sum(dim=-1, keepdim=True)


@wrong(
    "An average has a division in it, so divides by the number of keys",
    "Your result is divided by the number of keys. The weights sum to 1, so the sum is an average already.",
    "Add up, and do not divide.",
)
def divides_by_the_number_of_keys(weights, values):
    return weights @ values / len(values)


@wrong("Takes the mean of weight times value, over the keys", like=divides_by_the_number_of_keys)
def mean_over_the_keys(weights, values):
    return (weights[:, :, None] * values).mean(dim=1)


@wrong(
    "Averages the values and forgets the weights",
    "Your result is the plain mean of the values. The weights never come in.",
    "Multiply each value by its weight before adding up.",
)
def plain_mean(weights, values):
    return values.mean(dim=0, keepdim=True).expand(len(weights), -1)


@wrong(
    "Adds the values up and forgets the weights",
    "Your result is the plain sum of the values. The weights never come in.",
    "Multiply each value by its weight before adding up.",
)
def plain_sum(weights, values):
    return values.sum(axis=0, keepdim=True).expand(len(weights), -1)


@wrong(
    "Sums over the queries instead of the keys",
    "Your result sums over the queries. What is left has a row for each key.",
    "Sum over the keys: a matrix product does.",
)
def summed_over_queries(weights, values):
    return (weights[:, :, None] * values).sum(dim=0)


@wrong(
    "Stops before the sum",
    "Your result holds weight times value for each pair of query and key, not yet added up.",
    "Sum over the keys.",
)
def not_summed(weights, values):
    return weights[:, :, None] * values


@wrong("Sums the features", "Your result has lost the features: they were added up as well.",
       "Sum over the keys alone.")
def features_summed(weights, values):
    return (weights[:, :, None] * values).sum(dim=(1, 2))


@wrong(
    "Adds the token itself, as the residual connection of a transformer does",
    "Your result has the values added once more, as a residual connection would.",
    "Return the weighted sums alone.",
)
def with_residual(weights, values):
    return weights @ values + values[: len(weights)]


@wrong("Works in float32 whatever comes in", "Your result is float32 for float64 inputs.",
       "Stay in the dtype of the arguments.")
def float32_only(weights, values):
    return weights.float() @ values.float()


@wrong(
    "Makes the weights sum to 1 once more, in place",
    "Your function divides the caller's own weights: `/=` writes into them. They sum to 1 already.",
    "Use the weights as they come.",
)
def normalizes_in_place(weights, values):
    weights /= weights.sum(dim=-1, keepdim=True) + 1e-6
    return weights @ values
