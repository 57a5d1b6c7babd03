"""Answers to dot_product_weights."""

import torch

from tests.exercises.answers import right, wrong


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


@wrong("dim=0 is the rows, and it is rows that should sum to 1")
def softmax_over_queries(tokens):
    return torch.softmax(tokens @ tokens.T, dim=0)


@wrong("Forgets the softmax")
def scores_only(tokens):
    return tokens @ tokens.T


@wrong("Transposes the first factor instead of the second")
def features_by_features(tokens):
    return torch.softmax(tokens.T @ tokens, dim=-1)


@wrong("Forgets the transpose; on square input nothing complains")
def no_transpose(tokens):
    return torch.softmax(tokens @ tokens, dim=-1)


@wrong("Knows the scaled version from elsewhere")
def scaled(tokens):
    return torch.softmax(tokens @ tokens.T / tokens.shape[-1] ** 0.5, dim=-1)


@wrong("Takes cosine similarity for the dot product")
def cosine(tokens):
    unit = torch.nn.functional.normalize(tokens, dim=-1)
    return torch.softmax(unit @ unit.T, dim=-1)


@wrong("Normalizes by the sum, without exp")
def divided_by_the_sum(tokens):
    scores = tokens @ tokens.T
    return scores / scores.sum(dim=-1, keepdim=True)


@wrong("Writes the formula of softmax as it stands, which overflows")
def naive_softmax(tokens):
    powers = torch.exp(tokens @ tokens.T)
    return powers / powers.sum(dim=-1, keepdim=True)


@wrong("Makes all weights together sum to 1")
def softmax_over_all(tokens):
    scores = tokens @ tokens.T
    return torch.softmax(scores.flatten(), dim=0).view_as(scores)


@wrong("Thinks that a token should not look at itself")
def without_itself(tokens):
    scores = (tokens @ tokens.T).fill_diagonal_(float("-inf"))
    return torch.softmax(scores, dim=-1)


@wrong("Hides the future, as a language model does")
def causal(tokens):
    scores = tokens @ tokens.T
    hidden = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return torch.softmax(scores.masked_fill(hidden, float("-inf")), dim=-1)


@wrong("Sigmoid also gives numbers between 0 and 1")
def sigmoid(tokens):
    return torch.sigmoid(tokens @ tokens.T)


@wrong("Centers the tokens in place first")
def centered_in_place(tokens):
    tokens -= tokens.mean(dim=0)
    return torch.softmax(tokens @ tokens.T, dim=-1)


@wrong("Cuts scores off at 50 to keep exp from overflowing")
def clamped_scores(tokens):
    powers = torch.exp((tokens @ tokens.T).clamp(max=50))
    return powers / powers.sum(dim=-1, keepdim=True)
