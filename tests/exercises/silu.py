"""Answers to silu."""

import math

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


@right
def one_line(x):
    return x * torch.sigmoid(x)


@right
def gate_multiplied(x):
    gate = torch.sigmoid(x)
    return torch.mul(gate, x)


@right
def a_copy_of_the_gate(x):
    gate = torch.sigmoid(x).clone()
    gate *= x
    return gate


@right
def written_out(x):
    return x / (1 + torch.exp(-x))


@right
def torchs_own(x):
    return F.silu(x)


@right
@made
def a_layer():
    return torch.nn.SiLU()


@wrong(
    "Leaves it as it was",
    "`*=` writes into what the sigmoid gave, and the sigmoid's backward pass needs just that.",
    "Make a new tensor: `gate * x`.",
)
def as_handed_out(x):
    gate = torch.sigmoid(x)
    gate *= x
    return gate


@wrong("Writes mul_ for *=", like=as_handed_out)
def mul_in_place(x):
    return torch.sigmoid(x).mul_(x)


@wrong("Copies x instead of the gate", like=as_handed_out)
def copies_the_wrong_one(x):
    gate = torch.sigmoid(x.clone())
    gate *= x
    return gate


@wrong(
    "Writes into x instead",
    "You write into `x`. Whoever called still needs it, and where it wants gradients, torch refuses.",
    "Make a new tensor: `x * gate`.",
)
def into_x(x):
    x *= torch.sigmoid(x)
    return x


@wrong("Writes into x by mul_", like=into_x)
def into_x_by_mul(x):
    return x.mul_(torch.sigmoid(x))


@wrong(
    "Cuts the gate off, which stops the message",
    "`detach` stops the message, and half of the gradient with it: that of the sigmoid.",
    "Leave the gate in the graph: `x * torch.sigmoid(x)`.",
)
def gate_detached(x):
    return x * torch.sigmoid(x).detach()


@wrong("Detaches the gate before writing into it", like=gate_detached)
def gate_detached_and_written(x):
    gate = torch.sigmoid(x).detach()
    gate *= x
    return gate


@wrong("Writes into .data, which autograd does not see", "`.data` hides the writing from autograd: no message, and a "
       "wrong gradient, since it reads numbers that were written over.", "Make a new tensor: `x * gate`.")
def written_into_data(x):
    gate = torch.sigmoid(x)
    gate.data *= x.data
    return gate


@wrong(
    "Cuts off x",
    "The gradient of one of the two factors is lost: `x` is detached.",
    "Leave `x` in the graph: `x * torch.sigmoid(x)`.",
)
def x_detached(x):
    return x.detach() * torch.sigmoid(x)


@wrong(
    "Runs without gradients",
    "No gradient reaches `x`: all of it runs under `no_grad`, or on a detached `x`.",
    "Leave `no_grad` and `detach` out; make a new tensor instead of writing into one.",
)
def without_gradients(x):
    with torch.no_grad():
        gate = torch.sigmoid(x)
        gate *= x
    return gate


@wrong("Detaches x for all", like=without_gradients)
def all_detached(x):
    x = x.detach()
    return x * torch.sigmoid(x)


@wrong("Makes a new tensor of the numbers", like=without_gradients)
def a_new_tensor(x):
    return torch.tensor((x * torch.sigmoid(x)).tolist(), dtype=x.dtype)


@wrong("Forgets the product", "This is the sigmoid alone, without the product.", "Multiply it by `x`.")
def sigmoid_alone(x):
    return torch.sigmoid(x)


@wrong("Squares the gate", "Your gate is multiplied by itself, and not by `x`.", "`x * gate`.")
def gate_times_gate(x):
    gate = torch.sigmoid(x)
    return gate * gate


@wrong("Takes relu", "This is `relu`, which is exactly 0 below 0.", "`x * torch.sigmoid(x)`.")
def relu(x):
    return torch.relu(x)


@wrong("Takes gelu", "This is `gelu`, a near relation: its gate is another curve.", "`x * torch.sigmoid(x)`.")
def gelu(x):
    return F.gelu(x)


@wrong("Takes gelu's quick form", "Your gate is the sigmoid of 1.702 times `x`, a quick form of `gelu`.",
       "Take the sigmoid of `x` itself.")
def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


@wrong("Forgets the sign", "Your sigmoid is the wrong way round: `exp` needs `-x`.", "`x / (1 + torch.exp(-x))`.")
def sign_lost(x):
    return x / (1 + torch.exp(x))


@wrong("Takes math's exp", "`math.exp` takes one number of Python's, and `x` is a tensor.", "Use `torch.sigmoid`.")
def exp_of_math(x):
    return x / (1 + math.exp(-x))
