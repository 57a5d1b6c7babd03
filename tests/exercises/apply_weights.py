"""Answers to apply_weights."""

import torch

from tests.exercises.answers import right, wrong


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


@wrong("Reads the weights by column, so that each key hands out its value")
def weights_transposed(weights, values):
    return weights.T @ values


@wrong("Puts the thing that is weighted first")
def values_first(weights, values):
    return values @ weights


@wrong("Transposes the values, as the keys were transposed a moment ago")
def values_transposed(weights, values):
    return weights @ values.T


@wrong("Takes the star for the product")
def entry_by_entry(weights, values):
    return weights * values


@wrong("Makes sure that the weights are weights, with a second softmax")
def softmax_again(weights, values):
    return torch.softmax(weights, dim=-1) @ values


@wrong("Attention means to look at one thing: the largest weight")
def hard_attention(weights, values):
    return values[weights.argmax(dim=-1)]


@wrong("An average has a division in it, so divides by the number of keys")
def divides_by_the_number_of_keys(weights, values):
    return weights @ values / len(values)


@wrong("Averages the values and forgets the weights")
def plain_mean(weights, values):
    return values.mean(dim=0, keepdim=True).expand(len(weights), -1)


@wrong("Sums over the queries instead of the keys")
def summed_over_queries(weights, values):
    return (weights[:, :, None] * values).sum(dim=0)


@wrong("Stops before the sum")
def not_summed(weights, values):
    return weights[:, :, None] * values


@wrong("Adds the token itself, as the residual connection of a transformer does")
def with_residual(weights, values):
    return weights @ values + values[: len(weights)]


@wrong("Works in float32 whatever comes in")
def float32_only(weights, values):
    return weights.float() @ values.float()


@wrong("Makes the weights sum to 1 once more, in place")
def normalizes_in_place(weights, values):
    weights /= weights.sum(dim=-1, keepdim=True) + 1e-6
    return weights @ values
