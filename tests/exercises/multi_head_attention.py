"""Answers to multi_head_attention."""

import math

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


@right
def one_fused_kernel(x, w_qkv, w_out, heads):
    batch, seq, embed = x.shape
    q, k, v = F.linear(x, w_qkv).view(batch, seq, 3, heads, embed // heads).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return F.linear(y.transpose(1, 2).reshape(batch, seq, embed), w_out)


@right
def three_products_and_einsum(x, w_qkv, w_out, heads):
    batch, seq, embed = x.shape
    q, k, v = (torch.einsum("bte,hde->bhtd", x, w.view(heads, -1, embed)) for w in w_qkv.split(embed))
    scores = torch.einsum("bhqd,bhkd->bhqk", q, k) / math.sqrt(embed // heads)
    scores = scores.masked_fill(~torch.ones(seq, seq, dtype=torch.bool).tril(), -torch.inf)
    mixed = torch.einsum("bhqk,bhkd->bqhd", scores.softmax(-1), v)
    return mixed.flatten(2) @ w_out.T


@right
def head_by_head(x, w_qkv, w_out, heads):
    seq, embed = x.shape[1:]
    size = embed // heads
    q, k, v = (x @ w_qkv.T).tensor_split(3, dim=-1)
    hidden = torch.triu(torch.full((seq, seq), float("-inf"), dtype=x.dtype), diagonal=1)
    found = []
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        scores = q[..., part] @ k[..., part].transpose(-2, -1) / size**0.5
        found.append(torch.softmax(scores + hidden, dim=-1) @ v[..., part])
    return torch.cat(found, dim=-1) @ w_out.T


@right
def torchs_own_layer(x, w_qkv, w_out, heads):
    seq, embed = x.shape[1:]
    y, _ = F.multi_head_attention_forward(
        x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), embed, heads, w_qkv, None, None, None, False, 0.0,
        w_out, None, training=False, attn_mask=torch.ones(seq, seq, dtype=torch.bool).triu(1),
    )
    return y.transpose(0, 1)


@right
@made
def a_module():
    class Attention(torch.nn.Module):
        def forward(self, x, w_qkv, w_out, heads):
            parts = [part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in F.linear(x, w_qkv).chunk(3, -1)]
            return F.linear(F.scaled_dot_product_attention(*parts, is_causal=True).transpose(1, 2).flatten(2), w_out)

    return Attention()


def _attend(
    x, w_qkv, w_out, heads, scale=None, causal=True, strict=False, ahead=0, inverted=False, split=None, merge=None,
    order=(0, 1, 2), dim=-1, after=False, project=True,
):
    """Right but for what the arguments spoil."""
    seq, embed = x.shape[1:]
    pieces = F.linear(x, w_qkv).chunk(3, dim=-1)
    cut = split or (lambda piece: piece.unflatten(-1, (heads, -1)).transpose(1, 2))
    q, k, v = (cut(pieces[at]) for at in order)
    scores = q @ k.mT * ((embed // heads) ** -0.5 if scale is None else scale)
    mask = torch.ones(seq, seq, dtype=torch.bool).tril(ahead - strict)
    if inverted:
        mask = ~mask
    if causal and not after:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = torch.softmax(scores, dim=dim)
    if after:
        weights = weights * mask
    mixed = weights @ v
    y = merge(mixed) if merge else mixed.transpose(1, 2).flatten(2)
    return F.linear(y, w_out) if project else y


@wrong(
    "Forgets the mask",
    "Your tokens see those that come after them: there is no causal mask.",
    "Hide later keys: pass the causal mask of `seq` queries and `seq` keys to the attention.",
)
def no_mask(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, causal=False)


@wrong(
    "Takes True for hidden, as torch.nn.MultiheadAttention does",
    "Your mask is read the wrong way round: each token sees only what comes after it, and the last one nothing.",
    "In this course True is where a query may look.",
)
def inverted_mask(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, inverted=True)


@wrong("Passes the causal mask to torch's attention the wrong way round", like=inverted_mask)
def inverted_mask_in_the_kernel(x, w_qkv, w_out, heads):
    q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in F.linear(x, w_qkv).chunk(3, -1))
    hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    return F.linear(F.scaled_dot_product_attention(q, k, v, attn_mask=hidden).transpose(1, 2).flatten(2), w_out)


@wrong(
    "Hides a token from itself",
    "Your tokens do not see themselves: the diagonal of the mask is hidden, too.",
    "A query may look at its own token: keep the diagonal.",
)
def strict_mask(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, strict=True)


@wrong(
    "Is off by one",
    "Your tokens see one token too many, the one after them.",
    "Query i may look at keys 0 to i, and no further.",
)
def one_ahead(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, ahead=1)


@wrong(
    "Hides after the softmax",
    "Your mask comes after the softmax: hidden weights are 0, but what is left no longer sums to 1.",
    "Hide scores before the softmax, so that it shares out the whole.",
)
def masked_after_softmax(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, after=True)


@wrong(
    "Forgets the scale",
    "Your scores are not divided by the root of a head's width.",
    "Divide the scores by the root of `embed // heads`, or let `my.attention` do it.",
)
def not_scaled(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, scale=1.0)


@wrong(
    "Takes the width of all heads together",
    "Your scores are divided by the root of `embed`, the width of all heads together. A score is a dot product within "
    "one head.",
    "Divide by the root of `embed // heads`.",
)
def scaled_by_embed(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, scale=x.shape[-1] ** -0.5)


@wrong(
    "Cuts memory into heads before tokens, in one view",
    "Your heads are cut by one `view`, heads before tokens: it cuts memory in order, so tokens leak across heads.",
    "Split the last axis into heads first, then swap tokens and heads.",
)
def heads_by_one_view(x, w_qkv, w_out, heads):
    batch, seq, embed = x.shape
    return _attend(x, w_qkv, w_out, heads, split=lambda piece: piece.reshape(batch, heads, seq, embed // heads))


@wrong(
    "Splits the last axis the other way round",
    "Your heads take every so many features: the last axis is split into `(head_dim, heads)` and not into `(heads, "
    "head_dim)`.",
    "Head 0 gets the first `head_dim` features: `(heads, head_dim)`.",
)
def interleaved_heads(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, split=lambda piece: piece.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2),
                   merge=lambda mixed: mixed.permute(0, 2, 3, 1).flatten(2))


@wrong("Splits the last axis the other way round, and merges as usual", like=interleaved_heads)
def interleaved_heads_merged_as_usual(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, split=lambda piece: piece.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2))


@wrong(
    "Forgets to swap back before merging",
    "Your heads are merged without swapping heads and tokens back, so numbers of several tokens come into one row.",
    "Swap to `(batch, seq, heads, head_dim)` first, or let `my.merge_heads` do both.",
)
def merged_without_swapping(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, merge=lambda mixed: mixed.reshape(x.shape))


@wrong(
    "Forgets to split and takes one head",
    "Your attention has one head, whatever `heads` says: the pieces are not split.",
    "Split queries, keys and values into heads, and merge the output.",
)
def one_head_only(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, 1)


@wrong(
    "Does not swap heads and tokens after the view, so that tokens attend across heads",
    "Your heads and tokens are not swapped: in each token, heads look at heads.",
    "Swap to `(batch, heads, seq, head_dim)` after the split: the last two axes meet in the product.",
)
def heads_look_at_heads(x, w_qkv, w_out, heads):
    q, k, v = (part.unflatten(-1, (heads, -1)) for part in F.linear(x, w_qkv).chunk(3, -1))
    return F.linear(F.scaled_dot_product_attention(q, k, v, is_causal=True).flatten(2), w_out)


@wrong(
    "Leaves out the last product",
    "Your heads are merged, but `w_out` is not used: the last linear layer is missing.",
    "Pass the merged heads through `linear` with `w_out`.",
)
def no_output_layer(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, project=False)


@wrong(
    "Does not transpose the weight",
    "Your last product is `y @ w_out`. A weight is stored as `(out, in)`, so it has to be transposed.",
    "Use `linear`, or `y @ w_out.T`.",
)
def output_weight_not_transposed(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, project=False) @ w_out


@wrong(
    "Takes the pieces in another order: keys first",
    "Your first piece is taken for the keys and the second for the queries.",
    "`w_qkv` holds the rows for the queries first, then those for the keys, then those for the values.",
)
def keys_first(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, order=(1, 0, 2))


@wrong(
    "Takes the values from the front",
    "Your pieces are taken in the order values, keys, queries.",
    "`w_qkv` holds the rows for the queries first, then those for the keys, then those for the values.",
)
def values_first(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, order=(2, 1, 0))


@wrong(
    "Uses the keys again for the values",
    "Your values are the keys: the third piece is not used.",
    "Values have a piece of their own, the third.",
)
def keys_for_values(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, order=(0, 1, 1))


@wrong(
    "Cuts into three before the heads in the wrong nesting: each head takes its own q, k and v",
    "Your wide result is split into heads first, and each head into its three pieces. The rows for all queries come "
    "first.",
    "Cut into three along the last axis, then each piece into heads.",
)
def heads_before_pieces(x, w_qkv, w_out, heads):
    q, k, v = F.linear(x, w_qkv).unflatten(-1, (heads, -1)).transpose(1, 2).chunk(3, dim=-1)
    return F.linear(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2), w_out)


@wrong(
    "Lets softmax run over the queries",
    "Your softmax runs over the queries, so the weights that one query gives do not sum to 1.",
    "Softmax runs over the keys, the last axis.",
)
def softmax_over_queries(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, dim=-2)


@wrong(
    "Gives back what attention gives: output and weights",
    "You give back two things; wanted is the output alone.",
    "Unpack what attention gives, and leave the weights away.",
)
def output_and_weights(x, w_qkv, w_out, heads):
    y = _attend(x, w_qkv, w_out, heads)
    return y, torch.zeros(x.shape[0], heads, x.shape[1], x.shape[1])


@wrong(
    "Cuts along the tokens, which are the middle axis",
    "Your wide result is cut along the tokens. The three pieces lie side by side along the last axis.",
    "Cut with `dim=-1`.",
)
def cut_along_the_tokens(x, w_qkv, w_out, heads):
    q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in F.linear(x, w_qkv).chunk(3, dim=1))
    return F.linear(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2), w_out)


@wrong(
    "Divides to get a head's width",
    "A head's width is `embed / heads` in your function, and `/` always gives a float.",
    "A size needs `//`.",
)
def width_by_true_division(x, w_qkv, w_out, heads):
    batch, seq, embed = x.shape
    q, k, v = (part.view(batch, seq, heads, embed / heads).transpose(1, 2) for part in F.linear(x, w_qkv).chunk(3, -1))
    return F.linear(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2), w_out)


@wrong(
    "Merges with view, which cannot",
    "`view` cannot merge heads and numbers that are not next to each other in memory, as after the swap.",
    "Use `reshape`, or `contiguous()` first, or `my.merge_heads`.",
)
def merged_by_view(x, w_qkv, w_out, heads):
    return _attend(x, w_qkv, w_out, heads, merge=lambda mixed: mixed.transpose(1, 2).view(x.shape))


@wrong(
    "Cuts the graph",
    "The values are right, but `detach` on the way keeps the gradients from the weights.",
    "Leave `detach`, `.data` and `no_grad` out.",
)
def detached(x, w_qkv, w_out, heads):
    return _attend(x.detach(), w_qkv.detach(), w_out, heads)


@wrong("Runs without gradients", like=detached)
def without_gradients(x, w_qkv, w_out, heads):
    with torch.no_grad():
        return _attend(x, w_qkv, w_out, heads)


@wrong("Makes everything float32", "Your result is float32, whatever `x` is.", "Leave the dtype as it comes.")
def always_float32(x, w_qkv, w_out, heads):
    return _attend(x.float(), w_qkv.float(), w_out.float(), heads)


@wrong("Adds a residual, as the block does", "You add `x` to what attention gives. That is the block's part.",
       "Give back the output of `w_out` alone.")
def with_a_residual(x, w_qkv, w_out, heads):
    return x + _attend(x, w_qkv, w_out, heads)
