# %% [markdown]
# # Build: your parts become a block
#
# After this notebook you can
#
# - say what stands around attention in a transformer: layer norm and linear layers,
# - write each of its parts so that it works for any rank and at every edge,
# - put the parts together into one block of a transformer,
# - recognize the five most common tensor mistakes by their messages, and cure them.
#
# About 15 minutes to read and run, plus about an hour for the six exercises. They rebuild the parts that you know at
# full strength. Do them today or on another day.

# %%
import math

import matplotlib.pyplot as plt
import torch

from shapewise import progress, show_figure

# %% tags=["demonstration"]
progress("6_build")

# %% [markdown]
# ## Around attention: layer norm
#
# Stacked layers let numbers drift: a bit larger in each layer, and training fails. **Layer norm** pulls each token's
# vector back to mean 0 and variance 1.
#
# $$y = \frac{x - \mathrm{mean}(x)}{\sqrt{\mathrm{var}(x) + \epsilon}}$$
#
# Mean and variance run over the features of one token, the last dimension. The small $\epsilon = 10^{-5}$ keeps the
# root away from 0.
#
# **Predict.** `x` is `(4, 32, 64)`: batch, seq, embed. How many means does layer norm compute?
#
# <details><summary>1, over all numbers</summary>
#
# Then one loud sequence would silence the others in its batch. Each token is on its own.
#
# </details>
# <details><summary>64, one for each feature</summary>
#
# That is another method, called batch norm: it walks along batch and seq. It would mix tokens that have nothing to do
# with each other.
#
# </details>
# <details><summary>128, one for each token</summary>
#
# Yes: 4 × 32 tokens. Walking along the last dimension leaves (4, 32).
#
# </details>

# %% tags=["nbval-check-output"]
torch.manual_seed(2)
x = 3 * torch.randn(4, 32, 64) + 5
mean = x.mean(dim=-1, keepdim=True)                  # keepdim: (4, 32, 1) broadcasts against (4, 32, 64)
variance = x.var(dim=-1, keepdim=True, correction=0)  # divide by 64, not by 63
y = (x - mean) / torch.sqrt(variance + 1e-5)

print("means    ", tuple(mean.shape), "->", mean.numel(), "of them")
print("before   ", f"mean {x[0, 0].mean():.2f}, std {x[0, 0].std(correction=0):.2f}")
print("after    ", f"mean {y[0, 0].mean().abs():.2f}, std {y[0, 0].std(correction=0):.2f}")
assert y.mean(dim=-1).abs().max() < 1e-5, "a token's mean is not near 0"
assert torch.allclose(y, torch.nn.functional.layer_norm(x, (64,)), atol=1e-5), "not what torch computes"

# %% [markdown]
# The last assert says that this *is* `torch.nn.functional.layer_norm`. It agrees because of `correction=0`: layer
# norm uses the **biased** variance, the mean of the squared distances. Plain `x.var()` divides by one less, and the
# two part ways.

# %% tags=["nbval-check-output"]
unbiased = (x - mean) / torch.sqrt(x.var(dim=-1, keepdim=True) + 1e-5)
gap = (unbiased - torch.nn.functional.layer_norm(x, (64,))).abs().max().item()
print("largest difference with the unbiased variance:", round(gap, 3))
assert gap > 0.01, "the two variances should differ visibly"

# %% [markdown]
# ## Around attention: the linear layer
#
# After attention, each token's vector goes through a linear layer that widens it: `(4, 32, 64) @ (64, 256) + (256,)`.
# The product batches over (4, 32). The bias has a single axis, so it stretches over both.

# %% tags=["nbval-check-output"]
torch.manual_seed(3)
weight, bias = torch.randn(64, 256), torch.randn(256)
widened = y @ weight + bias
print("tokens ", tuple(y.shape))
print("product", tuple((y @ weight).shape))
print("+ bias ", tuple(bias.shape), "->", tuple(widened.shape))
by_torch = torch.nn.functional.linear(y, weight.T, bias)
assert torch.allclose(widened, by_torch, atol=1e-4), "not what torch computes"

# %% [markdown]
# Every token meets the same weights and the same bias. Tokens talk to each other in attention only.
# `torch.nn.functional.linear` stores its weight as `(out, in)`, hence the `.T`.

# %% [markdown]
# ## Build it yourself: six stretch exercises
#
# You have seen every part. Now make them as robust as a library's: any rank, edge cases, no surprises.
#
# The six build on each other in idea only. Each stands alone, so start where you like. Together they take about an
# hour. If you have read enough for today, go on to [the module in seven points](#Module-01-in-seven-points).

# %% [markdown]
# ### Exercise: embed
#
# Look up ids of any shape, and refuse ids that the table does not have.
#
# `embed(ids, table)`: `(...)`, `(vocab, embed)` -> `(..., embed)`; an id below 0, or `vocab` and above, raises
# `IndexError`
#
# A batch of ids `(batch, seq)` gives `(batch, seq, embed)`. A single id, shape `()`, gives `(embed,)`. No ids, shape
# `(0,)`, give `(0, embed)`. Training changes the table, so gradients must reach it. No loop over ids.
#
# *About 8 minutes. Medium. Stretch.* A neighbor of it: a picture that stores color numbers instead of colors.

# %% tags=["nbval-check-output"]
colors = torch.tensor([[255, 0, 0], [0, 0, 255]])  # red and blue
picture = torch.tensor([[0, 1], [1, 1], [0, 0]])   # color numbers of 3 rows of 2 pixels
print("colors", tuple(colors.shape), " picture", tuple(picture.shape), " in color", tuple(colors[picture].shape))
print("color -1:", colors[-1].tolist(), "is blue, without complaint: negative numbers count from the end")

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Indexing with a tensor of any shape puts that shape in front of what is left of the table.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Torch raises for ids that are too large, but id -1 means "the last row". A padding id of -1 would get some word's
# vector. Look for such ids before you index.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Comparisons give bool tensors. `|` joins two of them, `.any()` asks whether one is True, also when there are no
# ids at all. `min()` cannot do that: it fails on an empty tensor.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "embed", "locked": false, "schema_version": 3, "solution": true, "task": false}
def embed(ids: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """(...) ids and a (vocab, embed) table -> (..., embed); IndexError where an id is not in 0 .. vocab - 1."""
    ### BEGIN SOLUTION
    vocab = table.shape[0]
    outside = (ids < 0) | (ids >= vocab)
    if outside.any():
        raise IndexError(f"ids must be in 0 .. {vocab - 1}, got {ids[outside].tolist()}")
    return table[ids]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "embed_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("embed")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(531)
for shape, vocab, width in [((), 9, 4), ((5,), 7, 3), ((2, 6), 11, 48), ((2, 3, 4), 8, 10)]:
    table = torch.randn(vocab, width)
    ids = torch.randint(vocab, shape)
    outcome = call(embed, ids, table)
    rows = [table[row] for row in ids.reshape(-1).tolist()]
    assert close(outcome.result, torch.stack(rows).reshape(*shape, width)), f"wrong vectors for ids of shape {shape}"
    assert outcome.changed == (), "embed changed one of its arguments"

table = torch.randn(5, 3)
for wrong in [[-1], [5], [0, 4, -2], [1, 9]]:
    error = call(embed, torch.tensor(wrong), table).error
    assert error is not None and error.is_a(IndexError), f"ids {wrong} in a table of 5 rows should raise IndexError"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "embed_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close, same

torch.manual_seed(532)
for shape in [(0,), (3, 0)]:
    nothing = call(embed, torch.empty(shape, dtype=torch.int64), torch.randn(5, 4)).result
    assert same(nothing, torch.empty(*shape, 4)), f"no ids, shape {shape}, should give no vectors, shape {(*shape, 4)}"

square = torch.randn(6, 6, dtype=torch.float64)
order = [3, 5, 0, 0, 1, 2]
rows = torch.stack([square[row] for row in order])
assert close(call(embed, torch.tensor(order), square).result, rows), "wrong rows from a square float64 table"

table = torch.randn(7, 3, dtype=torch.float64)
ids = torch.tensor([[1, 4, 1], [1, 0, 6]])
upstream = torch.randn(2, 3, 3, dtype=torch.float64)
outcome = call(embed, ids, table, grad_weights=upstream)
outcome.result
wanted = torch.zeros(7, 3, dtype=torch.float64)
for place, row in enumerate(ids.reshape(-1).tolist()):
    wanted[row] += upstream.reshape(-1, 3)[place]
assert outcome.gradients.get(1) is not None, "no gradient reaches the table"
assert close(outcome.gradients[1], wanted), "the table's gradient is wrong: an id that occurs twice collects both"

# Python may look at the ids one after the other, to refuse some. The lookup itself is one operation.
few = call(embed, torch.randint(7, (4,)), table, count_operations=True).operations
many = call(embed, torch.randint(7, (44,)), table, count_operations=True).operations
assert few is not None and many is not None, "the call raised an error"
assert many - few < 10, f"{few} operations for 4 ids and {many} for 44: there is a loop over ids"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: stable_softmax
#
# Write softmax along any dimension, so that it cannot overflow.
#
# `stable_softmax(x, dim)`: `(...)` of any number of dimensions, an int that may be negative -> the shape of `x`
#
# Build it from `exp`, `sum` and `amax` (the largest entry along a dimension), without torch's own softmax. Digits count
# where entries are near 10,000: the result should be as exact as torch's. A row that is all `-inf` gives what
# `torch.softmax` gives for it: `nan`. `x` stays as it was.
#
# *About 8 minutes. Medium. Stretch.* A neighbor of it: scale each row so that its largest entry is 1. `keepdim` keeps
# the reduced dimension as a 1, so that it broadcasts back.

# %% tags=["nbval-check-output"]
x = torch.tensor([[1.0, 4.0], [10.0, 5.0]])
print("amax(dim=1)              ", tuple(x.amax(dim=1).shape), "  would line up with the columns")
print("amax(dim=1, keepdim=True)", tuple(x.amax(dim=1, keepdim=True).shape), "lines up with the rows")
print("scaled", (x / x.amax(dim=1, keepdim=True)).tolist())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# You saw that adding one number to all logits changes nothing. Which number would you subtract?
#
# </details>
# <details><summary>Hint 2</summary>
#
# One maximum for the whole tensor is not enough: in a row far below it, all powers would be 0, and 0 / 0 is nan.
# Take the maximum along `dim`.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Three lines: subtract the maximum along dim, take exp, divide by the sum along dim. The maximum and the sum need
# `keepdim=True`. Use `-` and `/`, not `-=` and `/=` on x.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "stable_softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stable_softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    """(...) -> the same shape: entries along dim are positive and sum to 1, whatever the size of x."""
    ### BEGIN SOLUTION
    shifted = x - x.amax(dim=dim, keepdim=True)  # the largest entry along dim becomes 0, so no power overflows
    powers = shifted.exp()
    return powers / powers.sum(dim=dim, keepdim=True)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "stable_softmax_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("stable_softmax")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(541)
for shape in [(5,), (3, 4), (2, 3, 5), (4, 4)]:
    x = 3 * torch.randn(shape, dtype=torch.float64)
    for dim in range(-len(shape), len(shape)):
        outcome = call(stable_softmax, x, dim)
        assert close(outcome.result, torch.softmax(x, dim)), f"wrong for shape {shape} and dim {dim}"
        assert outcome.changed == (), "stable_softmax changed x"
x = torch.randn(3, 7)
assert close(call(stable_softmax, x, 1).result, torch.softmax(x, 1)), "float32 in, float32 out"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "stable_softmax_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import math
import torch
from shapewise import call, close

torch.manual_seed(542)
large = (1e4 + torch.randn(4, 4)) * torch.tensor([[1.0], [-1.0], [1.0], [-1.0]])
apart = torch.tensor([[0.0, 1.0, 2.0], [-5000.0, -5001.0, -5002.0], [4000.0, 4000.0, 3999.0]])
above = torch.tensor([[2.0, 900.0, 0.0, 1.0], [-3000.0, 0.0, 1.0, -2000.0]])
masked = torch.tensor([[1.0, -math.inf, 2.0], [-math.inf, -math.inf, -math.inf]])
for told, x, dim in [
    ("entries near 10,000 and -10,000, dim -1", large, -1),
    ("entries near 10,000 and -10,000, dim 0", large.T.contiguous(), 0),
    ("rows far apart", apart, 1),
    ("columns far apart", apart.T.contiguous(), 0),
    ("entries far above the others in their row", above, 1),
    ("a masked entry, and a row of -inf", masked, -1),
]:
    found = call(stable_softmax, x, dim).result
    assert close(found, torch.softmax(x, dim), digits="stable_softmax"), f"not what torch.softmax gives: {told}"

outcome = call(stable_softmax, torch.randn(3, 5), 1, count_operations=True)
assert outcome.operations is not None, "the operations were not counted"
whole = [name for name in outcome.used if "softmax" in name or "attention" in name]
assert not whole, f"build it from exp, sum and a maximum: torch's own softmax took part ({', '.join(whole)})"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: layer_norm
#
# Normalize each token's features, then scale and shift them.
#
# `layer_norm(x, weight, bias, eps)`: `(..., embed)`, `(embed,)`, `(embed,)`, a float -> `(..., embed)`
#
# $$y = \frac{x - \mathrm{mean}(x)}{\sqrt{\mathrm{var}(x) + \mathrm{eps}}} \cdot \mathrm{weight} + \mathrm{bias}$$
#
# The model learns `weight` and `bias`, one number per feature. Write it out, without `torch.nn.functional.layer_norm`
# or another norm of torch's. Digits count where features are near 10,000: two of them that differ by 1 must still
# come out apart.
#
# *About 10 minutes. Medium. Stretch.* A neighbor of it: standardize the *columns* of a data table, each to mean 0 and
# variance 1.

# %% tags=["nbval-check-output"]
data = torch.tensor([[1.0, 10.0], [3.0, 30.0]])         # rows, columns
centered = data - data.mean(dim=0, keepdim=True)        # step 1: (2, 2) - (1, 2)
variance = centered.square().mean(dim=0, keepdim=True)  # step 2: biased, the mean of the squares
print("variances   ", variance.tolist())
print("standardized", (centered / variance.sqrt()).tolist())  # step 3

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# The neighbor walks along dim 0. A token's features lie along the last dimension.
#
# </details>
# <details><summary>Hint 2</summary>
#
# eps is added to the variance, under the root. It matters where the variance is as small as eps itself. A token
# whose features are all equal has variance 0 and must come out as the bias.
#
# </details>
# <details><summary>Hint 3</summary>
#
# There is a shortcut, var = mean(x²) - mean(x)². Avoid it: with numbers near 10,000 both terms are near 10⁸, and
# float32 rounds their difference away. Center first, then square and average.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "layer_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float) -> torch.Tensor:
    """(..., embed) -> (..., embed): mean 0 and variance 1 over the last dimension, times weight, plus bias."""
    ### BEGIN SOLUTION
    centered = x - x.mean(dim=-1, keepdim=True)
    variance = centered.square().mean(dim=-1, keepdim=True)
    return centered / torch.sqrt(variance + eps) * weight + bias
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "layer_norm_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("layer_norm")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(551)
for shape in [(7,), (3, 5), (2, 3, 8), (4, 4, 4)]:
    x = 2 * torch.randn(shape, dtype=torch.float64) + 3
    weight, bias = (torch.randn(shape[-1], dtype=torch.float64) for _ in range(2))
    outcome = call(layer_norm, x, weight, bias, 1e-5)
    wanted = torch.nn.functional.layer_norm(x, shape[-1:], weight, bias, 1e-5)
    assert close(outcome.result, wanted), f"wrong for x of shape {shape}"
    assert outcome.changed == (), "layer_norm changed one of its arguments"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "layer_norm_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(552)
weight, bias = (torch.randn(6, dtype=torch.float64) for _ in range(2))
small = 1e-3 * torch.randn(4, 6, dtype=torch.float64)  # variance near 1e-6
for eps in [1e-5, 1e-6, 0.5]:
    wanted = torch.nn.functional.layer_norm(small, (6,), weight, bias, eps)
    assert close(call(layer_norm, small, weight, bias, eps).result, wanted), f"wrong: variance near 1e-6, eps {eps}"

constant = torch.full((2, 6), 7.0, dtype=torch.float64)
found = call(layer_norm, constant, weight, bias, 1e-5).result
assert close(found, bias.repeat(2, 1)), "a token whose features are all equal should give the bias"

far, ones, zeros = 1e4 + torch.randn(5, 6), torch.ones(6), torch.zeros(6)
wanted = torch.nn.functional.layer_norm(far.double(), (6,), eps=1e-5).float()
found = call(layer_norm, far, ones, zeros, 1e-5).result
assert close(found, wanted, digits="layer_norm"), "wrong where all numbers are near 10,000"

outcome = call(layer_norm, small, weight, bias, 1e-5, count_operations=True)
assert outcome.operations is not None, "the operations were not counted"
kinds = ("layer_norm", "group_norm", "batch_norm", "instance_norm", "rms_norm")
whole = [name for name in outcome.used if any(kind in name for kind in kinds)]
assert not whole, f"write it out: a norm of torch's own took part ({', '.join(whole)})"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: causal_mask
#
# Say which keys each query may look at: its own token and those before it.
#
# `causal_mask(queries, keys)`: two ints -> bool `(queries, keys)`, `True` where the query may look
#
# A language model predicts the next word, so no token may see what comes after it. When it generates text, it keeps
# the keys of earlier tokens (the *cache*) and asks for the newest tokens only. So the queries are the **last** of the
# tokens, and there are never more queries than keys. With 3 queries and 5 keys:
#
# | | key 0 | key 1 | key 2 | key 3 | key 4 |
# |---|---|---|---|---|---|
# | query 0, token 2 | True | True | True | False | False |
# | query 1, token 3 | True | True | True | True | False |
# | query 2, token 4 | True | True | True | True | True |
#
# *About 8 minutes. Medium. Stretch.* A neighbor of it: which tokens are at most one apart? Compare a column of
# positions with a row of positions.

# %% tags=["nbval-check-output"]
position = torch.arange(4)
near = (position[:, None] - position).abs() <= 1  # (4, 1) against (4,)
print(near.dtype, tuple(near.shape))
print(near.int())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Which token is query 0 in the table above? And query i, for any number of queries and keys?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Query i is token i + (keys - queries). It may look at key j where j is at most that.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Make the query positions with `torch.arange`, add the offset, turn them into a column with `[:, None]`, and
# compare with the row of key positions. The comparison is bool already.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "causal_mask", "locked": false, "schema_version": 3, "solution": true, "task": false}
def causal_mask(queries: int, keys: int) -> torch.Tensor:
    """Bool (queries, keys), True where a query may look; the queries are the last of the keys' tokens."""
    ### BEGIN SOLUTION
    query_position = torch.arange(queries) + (keys - queries)
    key_position = torch.arange(keys)
    return key_position <= query_position[:, None]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "causal_mask_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("causal_mask")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

for queries, keys in [(4, 4), (6, 6), (3, 5), (2, 7)]:
    rows = [[key <= query + keys - queries for key in range(keys)] for query in range(queries)]
    found = call(causal_mask, queries, keys).result
    assert same(found, torch.tensor(rows)), f"{queries} queries and {keys} keys should give the bool tensor {rows}"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "causal_mask_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

newest = call(causal_mask, 1, 9).result  # generating: one new token, nine keys in the cache
assert same(newest, torch.ones(1, 9, dtype=torch.bool)), "the newest token may look at every key"
found = call(causal_mask, 0, 6).result
assert same(found, torch.ones(0, 6, dtype=torch.bool)), "no queries should give (0, 6), bool"
rows = [[True] * (21 + query) + [False] * (29 - query) for query in range(30)]
assert same(call(causal_mask, 30, 50).result, torch.tensor(rows)), "30 queries and 50 keys: query 0 is token 20"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: attention
#
# Write scaled dot-product attention, as in the paper *Attention Is All You Need* (2017, section 3.2.1).
#
# `attention(q, k, v, mask=None)`: `(..., Tq, d)`, `(..., Tk, d)`, `(..., Tk, d_v)`, bool that broadcasts to `(...,
# Tq, Tk)` -> the output `(..., Tq, d_v)` and the weights `(..., Tq, Tk)`
#
# $$\mathrm{weights} = \mathrm{softmax}\left(\frac{q k^T}{\sqrt{d}}\right)$$
#
# $$\mathrm{output} = \mathrm{weights} \cdot v$$
#
# `Tq` and `Tk` count queries and keys. `d` is their width, `d_v` the width of the values. The mask is `True` where a
# query may look. You may use `torch.softmax`. Leave `q`, `k` and `v` as they are.
#
# *About 15 minutes. Hard. Stretch.* Two things are new. The first is the root. A dot product of width $d$ adds up $d$
# terms, so scores grow with the width. The wider the vectors, the closer softmax comes to all or nothing:

# %% tags=["nbval-check-output"]
torch.manual_seed(4)
for width in [8, 64, 512]:
    q, k = torch.randn(32, width), torch.randn(32, width)
    plain, scaled = q @ k.T, q @ k.T / math.sqrt(width)
    top = [torch.softmax(scores, dim=-1).amax(dim=-1).mean().item() for scores in (plain, scaled)]
    print(f"width {width:3}: spread of the scores {plain.std():5.1f}, scaled {scaled.std():.1f}",
          f"  mean top weight {top[0]:.2f}, scaled {top[1]:.2f}")
    assert abs(scaled.std() - 1) < 0.2, "the scaled spread is not near 1"

# %% [markdown]
# The spread, here the standard deviation, grows like $\sqrt{d}$. Divided by $\sqrt{d}$, it stays near 1 at every width.
#
# The second is the mask. Where it is False, the score becomes $-\infty$ *before* the softmax: $e^{-\infty} = 0$, and
# the rest still sums to 1. A query that may look nowhere has only $-\infty$, and softmax gives `nan`. Its weights and
# its output must be zeros instead.
#
# Here are both cases: one row of scores with the last key hidden, and a row with all keys hidden.

# %% tags=["nbval-check-output"]
scores = torch.tensor([1.0, 2.0, 9.0])
may_look = torch.tensor([True, True, False])
hidden = scores.masked_fill(~may_look, -math.inf)  # a new tensor; scores stays
print("hidden ", hidden.tolist())
print("weights", [round(weight, 2) for weight in torch.softmax(hidden, dim=-1).tolist()])
print("nothing to look at:", torch.softmax(torch.full((3,), -math.inf), dim=-1).tolist())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Four steps: scores, mask, softmax over keys, mix. Only the last two dimensions take part, so transpose k with
# `transpose(-2, -1)`; `.T` would turn all dimensions round.
#
# </details>
# <details><summary>Hint 2</summary>
#
# d is the width of a query, `q.shape[-1]`: neither the number of tokens nor the width of v. Write `scores /
# math.sqrt(d)`, not `q /= ...`, which would change the caller's q.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `masked_fill` sets entries where *its* argument is True, so pass `~mask`. A large negative number in
# place of -inf can let some weight through, and it makes a fully hidden row uniform.
#
# </details>
# <details><summary>Hint 4</summary>
#
# For a fully hidden row: after the softmax, fill the hidden entries of the weights with 0. In other rows they are 0
# already; in that row they replace nan. Only when there is a mask.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """(..., Tq, d), (..., Tk, d), (..., Tk, d_v), bool mask -> output (..., Tq, d_v), weights (..., Tq, Tk)."""
    ### BEGIN SOLUTION
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)  # a row that may look nowhere: zeros instead of nan
    return weights @ v, weights
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "attention_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("attention")
### BEGIN HIDDEN TESTS
import math
import torch
from shapewise import call, close

def reference(q, k, v, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = torch.where(mask, scores, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return torch.einsum("...qk,...kv->...qv", weights, v), weights

torch.manual_seed(561)
for leading, queries, keys, d, d_v in [((), 5, 5, 8, 3), ((2,), 4, 6, 3, 7), ((2, 3), 5, 7, 4, 6)]:
    q = torch.randn(*leading, queries, d, dtype=torch.float64)
    k = torch.randn(*leading, keys, d, dtype=torch.float64)
    v = torch.randn(*leading, keys, d_v, dtype=torch.float64)
    causal = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
    for mask in [None, causal]:
        outcome = call(attention, q, k, v) if mask is None else call(attention, q, k, v, mask)
        found = outcome.result
        assert isinstance(found, tuple) and len(found) == 2, "attention gives back two things: output and weights"
        for name, got, wanted in zip(["output", "weights"], found, reference(q, k, v, mask), strict=True):
            told = f"q {tuple(q.shape)}, k {tuple(k.shape)}, {'no' if mask is None else 'a causal'} mask"
            assert close(got, wanted), f"wrong {name}: {told}"
        assert outcome.changed == (), "attention changed one of its arguments"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "attention_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close, same

def outputs_and_weights(*arguments):
    found = call(attention, *arguments).result
    assert isinstance(found, tuple) and len(found) == 2, "attention gives back two things: output and weights"
    assert all(isinstance(part, torch.Tensor) for part in found), "output and weights are tensors"
    return found

torch.manual_seed(562)
q, k, v = (torch.randn(2, 6, 4, dtype=torch.float64) for _ in range(3))
causal = torch.ones(6, 6, dtype=torch.bool).tril()
before, _ = outputs_and_weights(q, k, v, causal)
k2, v2 = k.clone(), v.clone()
k2[:, 4:], v2[:, 4:] = 30 * torch.randn(2, 2, 2, 4, dtype=torch.float64)
after, _ = outputs_and_weights(q, k2, v2, causal)
assert before.shape == after.shape == q.shape, "as many outputs as queries, as wide as the values"
assert close(after[:, :4], before[:, :4]), "a change in the future changed the past"
assert not close(after[:, 4:], before[:, 4:], rtol=1e-3), "a change in tokens 4 and 5 should show in their own outputs"

blind = causal.clone()
blind[2] = False  # query 2 may look nowhere
output, weights = outputs_and_weights(q, k, v, blind)
assert same(weights[:, 2], torch.zeros(2, 6, dtype=torch.float64)), "a query that may look nowhere has weights of 0"
assert same(output[:, 2], torch.zeros(2, 4, dtype=torch.float64)), "a query that may look nowhere has an output of 0"
assert close(output[:, 3:], before[:, 3:]), "the other queries should not notice"

square = [torch.randn(5, 5, dtype=torch.float64) for _ in range(3)]  # queries = keys = d = d_v: every product fits
output, weights = outputs_and_weights(*square)
wanted = torch.softmax(torch.einsum("qd,kd->qk", square[0], square[1]) / 5**0.5, dim=1)
assert close(weights, wanted), "wrong weights where all sizes are 5"
assert close(output, torch.einsum("qk,kd->qd", wanted, square[2])), "wrong output where all sizes are 5"

lengths = torch.tensor([4, 3])  # batch 2, heads 3, and a padding mask of shape (2, 1, 1, 6)
per_sequence = (torch.arange(6) < lengths[:, None])[:, None, None, :]
_, weights = outputs_and_weights(*(torch.randn(2, 3, 6, 4) for _ in range(3)), per_sequence)
assert weights.shape == (2, 3, 6, 6), "a weight for each query and key, in each head of each sequence"
hidden_weights = torch.cat([weights[0, ..., 4:].flatten(), weights[1, ..., 3:].flatten()])
assert same(hidden_weights, torch.zeros(90)), "padding should get weight 0"
assert close(weights.sum(dim=-1), torch.ones(2, 3, 6)), "with padding hidden, weights should still sum to 1"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: plot_attention
#
# Draw the weights of any attention as a heatmap that can be compared with the next one.
#
# `plot_attention(weights, query_tokens, key_tokens)`: `(queries, keys)`, two lists of text -> a matplotlib `Axes`
#
# What it must show:
#
# - One cell per weight, with query 0 in row 0. Each row is labeled with its query token, each column with its key
#   token.
# - The label "Key token" on x, "Query token" on y, and a title.
# - A color bar with a label. Colors run from 0 to 1 in every picture. Otherwise a weight of 0.2 could look like
#   certainty.
#
# Queries and keys may differ in number. Give back the Axes, so that the caller can go on drawing. To look at your
# picture, call your function in a cell of your own: `plot_attention(weights, sentence, sentence)` draws the heatmap of
# this notebook again.
#
# *About 12 minutes. Medium. Stretch.* A neighbor of it: temperatures by city and month, on a scale that is the same for
# every city in the world.

# %% tags=["demonstration"]
figure, axes = plt.subplots(figsize=(4.5, 2.2), layout="constrained")
image = axes.imshow([[-4, -3, 1], [7, 8, 11]], cmap="magma", vmin=-20, vmax=40)
figure.colorbar(image, ax=axes, label="°C")
axes.set_xticks(range(3), ["Jan", "Feb", "Mar"])
axes.set_yticks(range(2), ["Oslo", "Rome"])
axes.set(title="Mean temperature", xlabel="Month", ylabel="City")
show_figure(figure, "Heatmap of 2 cities by 3 months, from -20 to 40 degrees. Oslo is darker than Rome in each month.")

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# `imshow` draws the rows of the tensor from top to bottom, so y belongs to the queries.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Without vmin and vmax, `imshow` stretches the colors from the smallest to the largest weight of this picture.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Make a new figure in the function. Ticks: `set_xticks(range(number), texts)` once for each axis. The last line
# returns the Axes, not the figure and not the image.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "plot_attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def plot_attention(weights: torch.Tensor, query_tokens: list[str], key_tokens: list[str]) -> plt.Axes:
    """Draw (queries, keys) weights as a heatmap, colors from 0 to 1, keys on x, queries on y; give back its Axes."""
    ### BEGIN SOLUTION
    figure, axes = plt.subplots()
    image = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="Attention weight")
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set_yticks(range(len(query_tokens)), query_tokens)
    axes.set(title="Attention weights", xlabel="Key token", ylabel="Query token")
    return axes
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "plot_attention_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("plot_attention")
### BEGIN HIDDEN TESTS
import numpy as np
import torch
from shapewise import call

torch.manual_seed(571)
weights = torch.softmax(torch.randn(3, 5), dim=-1)
queries, keys = ["we", "read", "on"], ["you", "and", "I", "may", "see"]
picture = call(plot_attention, weights, queries, keys).result
assert hasattr(picture, "images"), "plot_attention gives back the Axes"
assert len(picture.images) == 1, f"one heatmap is wanted, there are {len(picture.images)}"
image = picture.images[0]
assert image.data.shape == (3, 5), f"3 queries in rows and 5 keys in columns, not {image.data.shape}"
assert np.allclose(image.data, weights.numpy(), atol=1e-6), "the colors do not show the weights"
assert picture.x_label.strip().lower() == "key token", f"the label on x is {picture.x_label!r}"
assert picture.y_label.strip().lower() == "query token", f"the label on y is {picture.y_label!r}"
assert np.allclose(image.color_scale, (0, 1)), f"colors should run from 0 to 1, not {image.color_scale}"
assert image.colorbar is not None, "there is no color bar"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "plot_attention_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import numpy as np
import torch
from shapewise import call

def labels_of_cells(ticks, first, last, count):
    """The texts whose ticks lie in each of count equal cells, from the first edge to the last."""
    cells = [[] for _ in range(count)]
    for place, text in ticks:
        way = (place - first) / (last - first)
        if text and 0 < way < 1:
            cells[int(way * count)].append(text)
    return cells

torch.manual_seed(572)
for rows, columns in [(4, 2), (2, 6), (3, 3)]:
    weights = 0.3 * torch.rand(rows, columns)  # faint weights: a scale of the picture's own would end near 0.3
    queries, keys = [f"q{row}" for row in range(rows)], [f"k{column}" for column in range(columns)]
    picture = call(plot_attention, weights, queries, keys).result
    assert hasattr(picture, "images"), "plot_attention gives back the Axes"
    assert len(picture.images) == 1, f"one heatmap is wanted, there are {len(picture.images)}"
    image = picture.images[0]
    left, right, bottom, top = image.extent
    assert np.allclose(image.color_scale, (0, 1)), "the color scale depends on the picture"
    assert image.data.shape == (rows, columns), f"a {(rows, columns)} heatmap came out as {image.data.shape}"
    on_x = labels_of_cells(picture.x_ticks, left, right, columns)
    on_y = labels_of_cells(picture.y_ticks, top, bottom, rows)  # row 0 lies at the top of the extent
    assert on_x == [[key] for key in keys], f"each column needs its key token, the columns have {on_x}"
    assert on_y == [[query] for query in queries], f"each row needs its query token, the rows have {on_y}"
    assert picture.title.strip(), "the title is missing"
    assert image.colorbar, "the color bar has no label"

repeated = call(plot_attention, torch.eye(3), ["the", "cat", "the"], ["the", "cat", "the"]).result
assert hasattr(repeated, "images"), "plot_attention gives back the Axes"
x_texts = [text for _, text in repeated.x_ticks if text]
assert x_texts == ["the", "cat", "the"], f"a word that occurs twice needs two labels, there are {x_texts}"
### END HIDDEN TESTS

# %% [markdown]
# ## Put it together
#
# Each of these parts is a function of a few lines. Together they are one block of a transformer.

# %% [markdown]
# ## Repair
#
# These five cost the most hours. Each cell shows the mistake, the message, and the cure.

# %% [markdown]
# ### 1. Shapes that do not fit
#
# The most frequent of the five. Here tokens meet the weight of a linear layer.

# %% tags=["nbval-check-output"]
tokens, weight = torch.randn(6, 8), torch.randn(16, 8)
try:
    tokens @ weight
except RuntimeError as error:
    print(f"error: {error}")
print("shapes:", tuple(tokens.shape), tuple(weight.shape))  # the cure begins here: print the shapes
print("cure:  ", tuple((tokens @ weight.T).shape))

# %% [markdown]
# Inner sizes 8 and 16 clash. Print shapes first, think second. The weight is stored as `(out, in)`, so it has to be
# transposed.
#
# > **Watch out.** A transpose that makes the error go away is not always the right one. Name the axes, then decide.

# %% [markdown]
# ### 2. Tensors on two devices
#
# You met this one in notebook 3. Here it comes as it does in a model: through a tensor that is made on the way. The
# device `meta`, which holds shapes without numbers, stands in for a GPU again.

# %% tags=["nbval-check-output", "demonstration"]
x = torch.randn(4, 8, device="meta")  # stands in for "cuda"
bias = torch.zeros(8)                 # made without a device, so on the CPU
try:
    x + bias
except RuntimeError as error:
    print(f"error: {error}")
bias = torch.zeros(8, device=x.device)  # the cure: make it where its partner lives
print("cure:  ", (x + bias).device, tuple((x + bias).shape))

# %% [markdown]
# On a GPU the words differ a little: the message names `cuda:0` and `cpu`. Code that says `device=x.device` for each
# tensor that it makes cannot meet this error.

# %% [markdown]
# ### 3. In-place methods and gradients
#
# A method that ends in `_` writes into its tensor. Autograd may need the old numbers for the backward pass.

# %% tags=["nbval-check-output"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
y.add_(1)  # overwrites exp(x), and backward() needs it: exp is its own derivative
try:
    y.sum().backward()
except RuntimeError as error:
    print(f"error: {str(error).split(':')[0]}")
y = x.exp() + 1  # the cure: make a new tensor
y.sum().backward()
print("cure:   gradient equals exp(x):", torch.allclose(x.grad, x.detach().exp()))

# %% [markdown]
# ### 4. `view` after a transpose
#
# Notebook 4 showed why: a transposed tensor walks through memory with jumps. Two axes that do not follow each other
# in memory cannot become one, unless the numbers are copied.

# %% tags=["nbval-check-output"]
heads_apart = torch.randn(2, 8, 32, 4)   # batch, heads, seq, head_dim
swapped = heads_apart.transpose(1, 2)    # batch, seq, heads, head_dim: a strided view
try:
    swapped.view(2, 32, 32)
except RuntimeError as error:
    print(f"error: {str(error).split('.')[0]}")
print("cure 1:", tuple(swapped.contiguous().view(2, 32, 32).shape))
print("cure 2:", tuple(swapped.reshape(2, 32, 32).shape), "the same numbers:",
      torch.equal(swapped.contiguous().view(2, 32, 32), swapped.reshape(2, 32, 32)))

# %% [markdown]
# ### 5. float32 meets float16
#
# **Predict.** `a` is float32, `b` is float16. What do `a + b` and `a @ b` do?
#
# <details><summary>The sum works, the product raises</summary>
#
# Right. The silent one deserves more care: the sum is float32, twice the memory that you planned for.
#
# </details>
# <details><summary>Both give float32</summary>
#
# Tempting: elementwise operations do promote to the wider dtype. Matrix products do not. Their kernels are written for
# one dtype, so torch asks you to choose.
#
# </details>
# <details><summary>Both raise an error</summary>
#
# Tempting: a strict library would. Torch is strict about products only. The sum promotes without a word.
#
# </details>

# %% tags=["nbval-check-output"]
a = torch.randn(3, 3)
b = torch.randn(3, 3, dtype=torch.float16)
print("a + b:", (a + b).dtype)
try:
    a @ b
except RuntimeError as error:
    print(f"a @ b: error: {error}")
print("cure: ", (a @ b.to(a.dtype)).dtype)  # say which one you want

# %% [markdown]
# ## Module 01 in seven points
#
# 1. **Arrays and shapes.** A tensor is an array of numbers. Its shape says what each axis counts: batch, seq,
#    embed.
# 2. **Broadcasting.** Align from the right. Sizes must be equal or one of them 1. That is how one bias reaches every
#    token.
# 3. **Matrix products.** (m, k) @ (k, n) -> (m, n). Inner sizes must agree, leading axes batch.
# 4. **Reshaping** keeps the elements and their order. Transposing changes which axis is which. Splitting heads needs
#    both.
# 5. **Memory layout.** Strides say how to walk through storage. A view shares it. `view` needs a fitting walk,
#    `reshape` copies if it must.
# 6. **Devices.** Operands must live on the same one. Make new tensors with `device=x.device`.
# 7. **Dtypes.** float32 to learn and debug, float16 or bfloat16 to save memory. Matrix products want one dtype.

# %% [markdown]
# **Back:** [5 Attention](5_attention.ipynb). **Next:** Module 02, Autograd: how `backward()` finds its gradients.
# Attention returns in Module 05, softmax temperature in Module 08.
