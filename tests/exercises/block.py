"""Answers to block."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import right, wrong


def _attention(x, w_qkv, w_out, heads, causal=True):
    q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in F.linear(x, w_qkv).chunk(3, -1))
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return F.linear(mixed.transpose(1, 2).flatten(2), w_out)


@right
def functional(x, w_qkv, w_out, w_up, w_down, heads):
    x = x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    return x + F.linear(F.relu(F.linear(F.layer_norm(x, x.shape[-1:]), w_up)), w_down)


@right
def by_hand(x, w_qkv, w_out, w_up, w_down, heads):
    def normed(t):
        mean, variance = t.mean(-1, keepdim=True), t.var(-1, keepdim=True, correction=0)
        return (t - mean) / (variance + 1e-5) ** 0.5

    a = _attention(normed(x), w_qkv, w_out, heads) + x
    return (normed(a) @ w_up.T).clamp(min=0) @ w_down.T + a


@right
def with_layers(x, w_qkv, w_out, w_up, w_down, heads):
    norm = torch.nn.LayerNorm(x.shape[-1], elementwise_affine=False)
    a = x + _attention(norm(x), w_qkv, w_out, heads)
    inside = norm(a) @ w_up.mT
    return torch.add(a, torch.where(inside > 0, inside, 0.0) @ w_down.mT)


@right
def in_two_functions(x, w_qkv, w_out, w_up, w_down, heads):
    def added(t, part):
        return t.add(part(F.layer_norm(t, (t.shape[-1],))))

    x = added(x, lambda t: _attention(t, w_qkv, w_out, heads))
    return added(x, lambda t: (t @ w_up.T).relu_() @ w_down.T)


def _block(
    x, w_qkv, w_out, w_up, w_down, heads, *, causal=True, activation=torch.relu, eps=1e-5, first=True, second=True,
    residual_1=True, residual_2=True, from_normed=False, correction=0, dim=-1,
):
    """Right but for what the arguments spoil."""

    def normed(t):
        centered = t - t.mean(dim, keepdim=True)
        return centered / torch.sqrt(t.var(dim, keepdim=True, correction=correction) + eps)

    n = normed(x) if first else x
    base = n if from_normed else x
    a = base * residual_1 + _attention(n, w_qkv, w_out, heads, causal)
    m = normed(a) if second else a
    base = m if from_normed else a
    return base * residual_2 + F.linear(activation(F.linear(m, w_up)), w_down)


@wrong(
    "Forgets the mask",
    "Your tokens see those that come after them: the attention has no causal mask.",
    "Use causal attention, as in `multi_head_attention`.",
)
def no_mask(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, causal=False)


@wrong(
    "Forgets the first residual",
    "What attention gives is not added to `x`: the first residual is missing.",
    "`x = x + attention(norm(x))`.",
)
def no_first_residual(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, residual_1=False)


@wrong(
    "Forgets the second residual",
    "What the two linear layers give is not added to what went into their norm: the second residual is missing.",
    "`x + linear(relu(linear(norm(x), w_up)), w_down)`.",
)
def no_second_residual(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, residual_2=False)


@wrong(
    "Forgets both residuals",
    "Nothing is added to what came in: both residuals are missing.",
    "Add what each of the two parts gives to what came in.",
)
def no_residual(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, residual_1=False, residual_2=False)


@wrong(
    "Adds to the normed vectors",
    "You add to the normed vectors. The residual goes around the norm: what is added to is `x` as it came.",
    "Keep `x`, and give `norm(x)` to attention alone.",
)
def residual_from_the_normed(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, from_normed=True)


@wrong("Overwrites x by its norm", like=residual_from_the_normed)
def x_overwritten_by_its_norm(x, w_qkv, w_out, w_up, w_down, heads):
    x = F.layer_norm(x, x.shape[-1:])
    x = x + _attention(x, w_qkv, w_out, heads)
    x = F.layer_norm(x, x.shape[-1:])
    return x + F.linear(torch.relu(F.linear(x, w_up)), w_down)


@wrong(
    "Adds the second part to what came in at first",
    "The second part is added to `x` as it came into the block, so what attention gave is lost.",
    "Add it to what the first step made.",
)
def second_residual_from_the_first_x(x, w_qkv, w_out, w_up, w_down, heads):
    a = x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    return x + F.linear(torch.relu(F.linear(F.layer_norm(a, x.shape[-1:]), w_up)), w_down)


@wrong(
    "Lets both parts start from x, side by side",
    "Your linear layers read `x` as it came in, and not what attention made of it.",
    "The second step starts from what the first one made.",
)
def side_by_side(x, w_qkv, w_out, w_up, w_down, heads):
    n = F.layer_norm(x, x.shape[-1:])
    return x + _attention(n, w_qkv, w_out, heads) + F.linear(torch.relu(F.linear(n, w_up)), w_down)


@wrong(
    "Norms after adding, as the first transformer did",
    "Your layer norm comes after the sum, as in the first transformer. Here it stands before attention and before the "
    "linear layers.",
    "Norm what goes in, and leave the sum as it is.",
)
def norm_after_the_sum(x, w_qkv, w_out, w_up, w_down, heads):
    a = F.layer_norm(x + _attention(x, w_qkv, w_out, heads), x.shape[-1:])
    return F.layer_norm(a + F.linear(torch.relu(F.linear(a, w_up)), w_down), x.shape[-1:])


@wrong(
    "Forgets the first norm",
    "Attention gets `x` as it came in: the first layer norm is missing.",
    "Give attention the normed `x`.",
)
def no_first_norm(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, first=False)


@wrong(
    "Forgets the second norm",
    "The linear layers get their input as it is: the second layer norm is missing.",
    "Norm what the first step made before the linear layers.",
)
def no_second_norm(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, second=False)


@wrong(
    "Forgets both norms",
    "There is no layer norm in your block.",
    "Norm what goes into attention, and what goes into the linear layers.",
)
def no_norm(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, first=False, second=False)


@wrong(
    "Forgets the activation",
    "There is nothing between your two linear layers, so they are as good as one.",
    "Put `torch.relu` between them.",
)
def no_activation(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, activation=lambda t: t)


@wrong(
    "Takes GPT-2's activation",
    "Your activation is `gelu`, as in GPT-2. Here it is `relu`.",
    "Use `torch.relu`.",
)
def gelu(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, activation=F.gelu)


@wrong(
    "Puts the activation at the end",
    "Your activation comes after the second linear layer. It stands between the two.",
    "`linear(relu(linear(x, w_up)), w_down)`.",
)
def activation_at_the_end(x, w_qkv, w_out, w_up, w_down, heads):
    a = x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    return a + torch.relu(F.linear(F.linear(F.layer_norm(a, x.shape[-1:]), w_up), w_down))


@wrong(
    "Takes the unbiased variance, which var gives by itself",
    "Your variance divides by one less than the number of features, as `var` does by itself. Layer norm takes the "
    "biased one.",
    "Use `layer_norm`, or `var(correction=0)`.",
)
def unbiased_variance(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, correction=1)


@wrong(
    "Norms over the tokens",
    "Your layer norm runs along the tokens. It runs over the numbers of one token, the last axis.",
    "Norm over `dim=-1`.",
)
def norm_over_tokens(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, dim=1)


@wrong(
    "Leaves eps out",
    "Your layer norm has no eps, which counts where the variance is small.",
    "Add 1e-5 to the variance, under the root.",
)
def no_eps(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, eps=0.0)


@wrong("Takes another eps", "Your eps is 1e-6; here it is 1e-5.", "Pass `1e-5`.")
def smaller_eps(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_up, w_down, heads, eps=1e-6)


@wrong(
    "Writes the sum into x",
    "`x += ...` writes into the tensor that was passed in, and whoever called still needs it.",
    "Write `x = x + ...`, which makes a new one.",
)
def added_in_place(x, w_qkv, w_out, w_up, w_down, heads):
    x += _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    x += F.linear(torch.relu(F.linear(F.layer_norm(x, x.shape[-1:]), w_up)), w_down)
    return x


@wrong(
    "Writes the sum into a copy of x",
    "`+=` writes into a tensor that the backward pass of the layer norm needs. A copy of `x` does not help: the norm "
    "reads that copy.",
    "Write `x = x + ...`, which makes a new one.",
)
def added_in_place_to_a_copy(x, w_qkv, w_out, w_up, w_down, heads):
    x = x.clone()
    x += _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    return x + F.linear(torch.relu(F.linear(F.layer_norm(x, x.shape[-1:]), w_up)), w_down)


@wrong(
    "Does not transpose the weights",
    "Your products are without a transpose: weights are stored as `(out, in)`.",
    "Use `linear`, or `@ w_up.T` and `@ w_down.T`.",
)
def weights_not_transposed(x, w_qkv, w_out, w_up, w_down, heads):
    a = x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)
    return a + torch.relu(F.layer_norm(a, x.shape[-1:]) @ w_up) @ w_down


@wrong(
    "Takes the two weights the other way round",
    "Your first linear layer uses `w_down`, and the second `w_up`.",
    "First `w_up`, which makes the vector wider, then `w_down`.",
)
def weights_swapped(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_down, w_up, heads)


@wrong("Multiplies the weights transposed in the other order", like=weights_swapped)
def weights_swapped_and_transposed(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv, w_out, w_down.T, w_up.T, heads)


@wrong(
    "Makes ones and zeros in float32",
    "Ones and zeros made by `torch.ones` are float32, and torch's layer norm wants them in the dtype of `x`.",
    "Make them like `x`: `x.new_ones(embed)`, or `torch.ones(embed, dtype=x.dtype)`.",
)
def ones_in_float32(x, w_qkv, w_out, w_up, w_down, heads):
    ones, zeros = torch.ones(x.shape[-1]), torch.zeros(x.shape[-1])
    x = x + _attention(F.layer_norm(x, x.shape[-1:], ones, zeros), w_qkv, w_out, heads)
    return x + F.linear(torch.relu(F.linear(F.layer_norm(x, x.shape[-1:], ones, zeros), w_up)), w_down)


@wrong(
    "Stops after attention",
    "Your block ends after attention: the two linear layers are missing.",
    "Norm again, then `w_up`, relu, `w_down`, added to what attention made.",
)
def attention_alone(x, w_qkv, w_out, w_up, w_down, heads):
    return x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)


@wrong(
    "Starts with the linear layers",
    "Your linear layers come before attention.",
    "First attention, then the linear layers.",
)
def linear_layers_first(x, w_qkv, w_out, w_up, w_down, heads):
    x = x + F.linear(torch.relu(F.linear(F.layer_norm(x, x.shape[-1:]), w_up)), w_down)
    return x + _attention(F.layer_norm(x, x.shape[-1:]), w_qkv, w_out, heads)


@wrong(
    "Cuts the graph",
    "The values are right, but `detach` on the way keeps gradients from the weights.",
    "Leave `detach`, `.data` and `no_grad` out.",
)
def detached(x, w_qkv, w_out, w_up, w_down, heads):
    return _block(x, w_qkv.detach(), w_out.detach(), w_up, w_down, heads)


@wrong("Shares one norm between both parts", like=side_by_side)
def one_norm_for_both(x, w_qkv, w_out, w_up, w_down, heads):
    n = F.layer_norm(x, x.shape[-1:])
    a = x + _attention(n, w_qkv, w_out, heads)
    return a + F.linear(torch.relu(F.linear(n, w_up)), w_down)
