# %% [markdown]
# # Build: from a sentence's ids to a block
#
# After this notebook you can
#
# - write each part around attention so that it works for any number of axes and at every edge,
# - say what stands around attention in a transformer, in which order, and what each part is for,
# - put your own parts together into a block, and get what torch gets,
# - recognize the five most common tensor mistakes by their messages, and repair them.
#
# About 30 minutes to read and run. The exercises come in three groups, and each fits into an evening of its own: six
# parts (about an hour), the block (20 minutes), five repairs (20 minutes). Before this:
# [5 Attention](5_attention.ipynb). All words: [glossary](glossary.md).

# %%
import math

import matplotlib.pyplot as plt
import torch

from shapewise import progress, show_figure

# %% tags=["demonstration"]
progress("6_build")

# %% [markdown]
# ## The plan
#
# One **block** of a transformer takes a vector for each token and gives back a vector for each token. The smallest GPT-2
# is 12 such blocks, one after the other. This is the way of *the cat sat on the mat* into a block and through it:
#
# | step | part | what it is for | written in |
# |---|---|---|---|
# | 1 | `embed` | ids become vectors | this notebook |
# | 2 | `add_positions` | each vector learns its place in the sentence | notebook 3 |
# | 3 | `layer_norm` | keeps the numbers in a range that can be trained | this notebook |
# | 4 | `linear`, three times | queries, keys and values | notebook 3 |
# | 5 | `split_heads` | several questions at once | notebook 4 |
# | 6 | `causal_mask` | no look at what comes | this notebook |
# | 7 | `attention` | tokens look at each other | this notebook |
# | 8 | `merge_heads`, `linear` | the heads' answers become one vector again | notebooks 3 and 4 |
# | 9 | `layer_norm`, two `linear` with an activation function between them | each token works on what it heard | further down |
#
# You have seen most of it. Now make the missing parts as robust as a library's: any number of axes, odd cases, no
# surprises. Each exercise stands alone, so start where you like. If you would rather see the whole thing run first, go
# to [Put it together](#Put-it-together): it uses torch's parts until yours are there.

# %% [markdown]
# ## Ids become vectors
#
# In notebook 5, `lookup` was one indexing operation, on ids of one sentence. A model embeds whole batches, and an id
# that is not in the table must not pass in silence.

# %% [markdown]
# ### Exercise: embed
#
# Look up ids of any shape, and refuse ids that the table does not have.
#
# `embed(ids, table)`: `(...)`, `(vocab, embed)` → `(..., embed)`; an id below 0, or `vocab` and above, raises
# `IndexError`
#
# A batch of ids `(batch, seq)` gives `(batch, seq, embed)`. A single id, shape `()`, gives `(embed,)`. No ids, shape
# `(0,)`, give `(0, embed)`. Training changes the table, so gradients must reach it. No loop over ids.
#
# *About 8 minutes. Medium.* A neighbor of it: a picture that stores color numbers instead of colors.

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
# ## Layer norm: numbers that stay in range
#
# A model is a stack of layers, and each one multiplies. If the numbers grow by a little in every layer, they grow by a
# lot in all of them. Here are 24 layers with weights that are a little too large, once as they are, and once with each
# vector pulled back before the next layer.

# %% tags=["nbval-check-output"]
torch.manual_seed(1)
plain = pulled_back = torch.randn(6, 64)
for layer in range(1, 25):
    weight = 1.5 * torch.randn(64, 64) / 8
    plain = plain @ weight
    pulled_back = torch.nn.functional.layer_norm(pulled_back, (64,)) @ weight
    if layer % 8 == 0:
        print(f"after layer {layer:2}: spread {plain.std():8.1f}, pulled back {pulled_back.std():.1f}")
assert plain.std() > 5000 and pulled_back.std() < 2

# %% [markdown]
# With weights a little too small, everything would fade to 0 instead. Both make training fail. **Layer norm** pulls
# each token's vector back to mean 0 and variance 1.
#
# $$y = \frac{x - \mathrm{mean}(x)}{\sqrt{\mathrm{var}(x) + \epsilon}}$$
#
# Mean and variance run over the features of one token, the last axis. The small $\epsilon = 10^{-5}$ keeps the root
# away from 0.
#
# **Predict.** `x` is `(4, 32, 64)`: batch, seq, embed. How many means does layer norm compute?
#
# <details><summary>128, one for each token</summary>
#
# Right. There are 4 × 32 tokens. Walking along the last axis leaves (4, 32).
#
# </details>
# <details><summary>1, over all numbers</summary>
#
# Tempting: one mean would bring the whole batch to 0. But then one loud sentence would silence the others. Each token
# is on its own.
#
# </details>
# <details><summary>64, one for each feature</summary>
#
# Tempting: that is another method, called batch norm. It walks along batch and seq, and would mix tokens that have
# nothing to do with each other.
#
# </details>

# %% tags=["nbval-check-output"]
torch.manual_seed(2)
x = 3 * torch.randn(4, 32, 64) + 5
mean = x.mean(dim=-1, keepdim=True)                  # keepdim keeps the axis as a 1, so that it broadcasts back
variance = x.var(dim=-1, keepdim=True, correction=0)  # divide by the number of features, not by one less
y = (x - mean) / torch.sqrt(variance + 1e-5)

print("means    ", tuple(mean.shape), "->", mean.numel(), "of them")
print("before   ", f"mean {x[0, 0].mean():.2f}, std {x[0, 0].std(correction=0):.2f}")
print("after    ", f"mean {y[0, 0].mean().abs():.2f}, std {y[0, 0].std(correction=0):.2f}")
print("what torch computes:", torch.allclose(y, torch.nn.functional.layer_norm(x, (64,)), atol=1e-5))
assert y.mean(dim=-1).abs().max() < 1e-5, "a token's mean is not near 0"
assert torch.allclose(y, torch.nn.functional.layer_norm(x, (64,)), atol=1e-5), "not what torch computes"

# %% [markdown]
# So this *is* `torch.nn.functional.layer_norm`. It agrees because of `correction=0`: layer norm uses the **biased**
# variance, the mean of the squared distances. Plain `x.var()` divides by one less, and the two part ways.

# %% tags=["nbval-check-output"]
unbiased = (x - mean) / torch.sqrt(x.var(dim=-1, keepdim=True) + 1e-5)
gap = (unbiased - torch.nn.functional.layer_norm(x, (64,))).abs().max().item()
print("largest difference with the unbiased variance:", round(gap, 3))
assert gap > 0.01, "the two variances should differ visibly"

# %% [markdown]
# ### Exercise: layer_norm
#
# Normalize each token's features, then scale and shift them.
#
# `layer_norm(x, weight, bias, eps)`: `(..., embed)`, `(embed,)`, `(embed,)`, a float → `(..., embed)`
#
# $$y = \frac{x - \mathrm{mean}(x)}{\sqrt{\mathrm{var}(x) + \mathrm{eps}}} \cdot \mathrm{weight} + \mathrm{bias}$$
#
# The model learns `weight` and `bias`, one number per feature. Write it out, without `torch.nn.functional.layer_norm`
# or another norm of torch's. Digits count where features are near 10,000: two of them that differ by 1 must still
# come out apart.
#
# *About 10 minutes. Medium.* A neighbor of it: standardize the *columns* of a data table, each to mean 0 and
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
# The neighbor walks along dim 0. A token's features lie along the last axis.
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
    """(..., embed) -> (..., embed): mean 0 and variance 1 over the last axis, times weight, plus bias."""
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
# ## The linear layer, back and forth
#
# You wrote `linear` in notebook 3: `x @ weight.T + bias`. It occurs six times in a block. Three make queries, keys and
# values, one follows on the heads. The last two form a pair: the first makes each token's vector wider, most often four
# times, the second brings it back. So a block gives back the shape that it got, and blocks can be stacked.

# %% tags=["nbval-check-output"]
torch.manual_seed(3)
w_up, bias = torch.randn(64, 256) / 8, torch.randn(256)
w_down = torch.randn(256, 64) / 16
wider = y @ w_up + bias
print("tokens", tuple(y.shape), " @", tuple(w_up.shape), "+", tuple(bias.shape), "->", tuple(wider.shape))
print("and back", tuple(wider.shape), "@", tuple(w_down.shape), "->", tuple((wider @ w_down).shape))
by_torch = torch.nn.functional.linear(y, w_up.T, bias)  # torch stores a weight as (out, in), hence the .T
print("what torch computes:", torch.allclose(wider, by_torch, atol=1e-4))
assert torch.allclose(wider, by_torch, atol=1e-4), "not what torch computes"

# %% [markdown]
# The product batches over (4, 32). Every token meets the same weights and the same bias, each on its own. Tokens talk
# to each other in attention only.

# %% [markdown]
# ## Softmax that does not break
#
# Inside of attention stands softmax. Notebook 5 used torch's, and saw the formula by hand overflow.

# %% [markdown]
# ### Exercise: stable_softmax
#
# Write softmax along any axis, so that it cannot overflow.
#
# `stable_softmax(x, dim)`: `(...)` of any number of axes, an int that may be negative → the shape of `x`
#
# Build it from `exp`, `sum` and `amax` (the largest entry along an axis), without torch's own softmax. Digits count
# where entries are near 10,000: the result should be as exact as torch's. A row that is all `-inf` gives what
# `torch.softmax` gives for it: `nan`. `x` stays as it was.
#
# *About 8 minutes. Medium.* A neighbor of it: scale each row so that its largest entry is 1. `keepdim` keeps
# the reduced axis as a 1, so that it broadcasts back.

# %% tags=["nbval-check-output"]
x = torch.tensor([[1.0, 4.0], [10.0, 5.0]])
print("amax(dim=1)              ", tuple(x.amax(dim=1).shape), "  would line up with the columns")
print("amax(dim=1, keepdim=True)", tuple(x.amax(dim=1, keepdim=True).shape), "lines up with the rows")
print("scaled", (x / x.amax(dim=1, keepdim=True)).tolist())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# In notebook 5 you saw that adding one number to all logits changes nothing. Which number would you subtract?
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
    """(...) -> the same shape: entries along dim are not negative and sum to 1, however large the numbers."""
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
# ## The mask, also for a model that is writing
#
# The lower triangle of notebook 5 is right where queries and keys are the same tokens, as in training. When a model
# writes text, they are not.

# %% [markdown]
# ### Exercise: causal_mask
#
# Say which keys each query may look at: its own token and those before it.
#
# `causal_mask(queries, keys)`: two ints → bool `(queries, keys)`, `True` where the query may look
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
# *About 8 minutes. Medium.* A neighbor of it: which tokens are at most one apart? Compare a column of
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
# ## Attention for any number of heads
#
# Now the heart of it. Notebook 5 had it in six lines, for one sentence and one head.

# %% [markdown]
# ### Exercise: attention
#
# Write scaled dot-product attention, as in the paper *Attention Is All You Need* (2017, section 3.2.1).
#
# `attention(q, k, v, mask=None)`: `(..., Tq, d)`, `(..., Tk, d)`, `(..., Tk, d_v)`, bool that broadcasts to `(...,
# Tq, Tk)` → the output `(..., Tq, d_v)` and the weights `(..., Tq, Tk)`
#
# $$\mathrm{weights} = \mathrm{softmax}\left(\frac{q k^T}{\sqrt{d}}\right)$$
#
# $$\mathrm{output} = \mathrm{weights} \cdot v$$
#
# `Tq` and `Tk` count queries and keys. `d` is how many features each has, `d_v` how many a value has. The mask is
# `True` where a query may look. You may use `torch.softmax`. Leave `q`, `k` and `v` as they are.
#
# *About 15 minutes. Hard.* The six lines of notebook 5 are this problem's neighbor. Four things are new:
#
# - axes in front: batch and heads, or none, or more. Only the last two take part;
# - queries and keys may differ in number, as when a model writes;
# - values may have another number of features than keys;
# - the mask is handed in. And it may forbid a query *everything*, as happens in rows that only fill up a batch. Such a
#   query has only $-\infty$, and softmax gives `nan`. Its weights and its output must be zeros instead.
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
# Four steps: scores, mask, softmax over keys, mix. Only the last two axes take part, so transpose k with
# `transpose(-2, -1)`; `.T` is for two axes.
#
# </details>
# <details><summary>Hint 2</summary>
#
# d is the number of features of a query, `q.shape[-1]`: neither the number of tokens nor the features of v. Write
# `scores / math.sqrt(d)`, not `q /= ...`, which would change the caller's q.
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
# *If you like pictures; the block does not need it.* Draw the weights of any attention as a heatmap that can be
# compared with the next one.
#
# `plot_attention(weights, query_tokens, key_tokens)`: `(queries, keys)`, two lists of text → a matplotlib `Axes`
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
# picture, call your function in a cell of your own: `plot_attention(weights, sentence, sentence)` draws a heatmap like
# that of notebook 5.
#
# *About 12 minutes. Medium.* A neighbor of it: temperatures by city and month, on a scale that is the same for
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
# You wrote the parts one by one. Now they become what stands in the middle of every language model.
#
# Whenever one of your functions passed its check, `check` wrote it into a file beside these notebooks: `mine.py`, your
# **library**. The next cell takes the eight parts of attention from there. Where yours has not passed yet, torch's
# stands in. So all that follows runs today, and becomes more yours with each exercise.

# %%
from shapewise import my_parts

my = my_parts()

# %% [markdown]
# `my.linear` is your `linear`, or torch's until yours passes. So is `my.split_heads`, and so on.
#
# ### Attention from your parts
#
# The sentence is *the cat sat on the mat*, its vectors are the real ones of notebook 1. Four weights of 16 × 16 numbers
# are random: a model would learn them. So the numbers that come out mean nothing yet. Every step and every shape is
# that of a trained model.

# %% tags=["nbval-check-output"]
from shapewise import word_vectors

words, vectors = word_vectors()
sentence = ["the", "cat", "sat", "on", "the", "mat"]
ids = torch.tensor([[words.index(word) for word in sentence]])

torch.manual_seed(61)
embed_dim, heads = 16, 4
positions = 0.3 * torch.randn(32, embed_dim)
w_q, w_k, w_v, w_out = (torch.randn(embed_dim, embed_dim) / embed_dim**0.5 for _ in range(4))
ones, zeros = torch.ones(embed_dim), torch.zeros(embed_dim)

print("ids      ", tuple(ids.shape), ids.tolist())
print("vectors  ", tuple(vectors.shape))
print("positions", tuple(positions.shape))

# %% [markdown]
# Here is all of it. Read each line aloud with its shape: ids, vectors, queries, keys and values by head, weights,
# one vector for each token again.

# %%
def attend(ids):
    x = my.add_positions(my.embed(ids, vectors), positions)                      # (batch, seq, embed)
    x = my.layer_norm(x, ones, zeros, 1e-5)                                      # the same shape
    q, k, v = (my.split_heads(my.linear(x, w), heads) for w in (w_q, w_k, w_v))  # (batch, heads, seq, head_dim)
    mask = my.causal_mask(x.shape[1], x.shape[1])                                # (seq, seq)
    mixed, weights = my.attention(q, k, v, mask)
    y = my.linear(my.merge_heads(mixed), w_out)
    return x, q, k, v, mixed, weights, y


x, q, k, v, mixed, weights, y = attend(ids)

# %% [markdown]
# **Predict.** There is 1 sentence of 6 words, and there are 4 heads of 4 numbers. Which shape has `weights`?
#
# <details><summary>(1, 6, 6)</summary>
#
# Tempting: one table of 6 × 6 weights is what one look at the sentence gives. But each head looks for itself, so there
# are four tables.
#
# </details>
# <details><summary>(1, 6, 4, 4)</summary>
#
# Tempting: it holds the right numbers, tokens first. `split_heads` put the heads before the tokens, so that the last
# two axes are what a matrix product wants. And a weight belongs to two tokens, not to two numbers of a head.
#
# </details>
# <details><summary>(1, 4, 6, 6)</summary>
#
# Right. One sentence, four heads, and in each head a weight for every query and every key.
#
# </details>

# %% tags=["nbval-check-output"]
print("weights", tuple(weights.shape))
print("mixed  ", tuple(mixed.shape))
print("y      ", tuple(y.shape))
assert weights.shape == (1, 4, 6, 6)
assert torch.allclose(weights.sum(dim=-1), torch.ones(1, 4, 6))

# %% jupyter={"source_hidden": true} tags=["demonstration"]
figure, pictures = plt.subplots(2, heads // 2, figsize=(5, 5), layout="constrained", sharex=True, sharey=True)
for head, picture in enumerate(pictures.flat):
    image = picture.imshow(weights[0, head].detach(), cmap="Blues", vmin=0, vmax=1)
    picture.set_xticks(range(6), sentence, rotation=90)
    picture.set_yticks(range(6), sentence)
    picture.set_title(f"Head {head}", fontsize="medium")
figure.supxlabel("Key token", fontsize="medium")
figure.supylabel("Query token", fontsize="medium")
figure.colorbar(image, ax=pictures, label="Attention weight")
show_figure(
    figure,
    "Four heatmaps of 6 by 6 weights, one for each head. In each the upper right triangle is empty: no word looks at a "
    "later one. The first word gives all its weight to itself. Below, the four heads weigh differently.",
)

# %% [markdown]
# Four heads, four ways to look at the same words. The triangle above each diagonal is empty: no word sees a later one.
#
# ### The same as torch's?
#
# Torch has all this in one layer, `torch.nn.MultiheadAttention`. Give that layer your four weights, and compare. Its
# mask says the opposite of yours: True where a query may *not* look.

# %% tags=["nbval-check-output"]
layer = torch.nn.MultiheadAttention(embed_dim, heads, bias=False, batch_first=True)
with torch.no_grad():
    layer.in_proj_weight.copy_(torch.cat([w_q, w_k, w_v]))  # three weights, one below the other: (48, 16)
    layer.out_proj.weight.copy_(w_out)
    theirs, _ = layer(x, x, x, attn_mask=~my.causal_mask(6, 6))
gap = (y - theirs).abs().max().item()
print("largest difference to torch.nn.MultiheadAttention:", "below 1e-6" if gap < 1e-6 else f"{gap:.1e}")

fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
gap = (mixed - fused).abs().max().item()
print("largest difference to scaled_dot_product_attention:", "below 1e-6" if gap < 1e-6 else f"{gap:.1e}")
assert torch.allclose(y, theirs, atol=1e-6) and torch.allclose(mixed, fused, atol=1e-6)

# %% [markdown]
# The same numbers, but for rounding. The second line is the middle part alone, from scores to mixed values. torch has
# one function for it, and kernels behind it that need not write the table of weights into memory. Kernels like these
# run inside the models that you talk to.
#
# **Predict.** Exchange the last word: *the cat sat on the dog*. Which of the six vectors in `y` change?
#
# <details><summary>Only the last</summary>
#
# Right. The mask hides the last word from the five before it, and no other step looks at a neighbor.
#
# </details>
# <details><summary>All six</summary>
#
# Tempting: attention mixes tokens, and without a mask all six would change. The causal mask lets each word look back
# only.
#
# </details>
# <details><summary>None, since the weights are random</summary>
#
# Tempting: nothing was learned. But another word has another vector, whatever the weights are.
#
# </details>

# %% tags=["nbval-check-output"]
other = ids.clone()
other[0, -1] = words.index("dog")
moved = (attend(other)[-1] - y).abs().amax(dim=-1)[0] > 1e-4
print(list(zip(["the", "cat", "sat", "on", "the", "dog"], moved.tolist())))
assert moved.tolist() == [False] * 5 + [True]

# %% [markdown]
# This is why a model can learn from a whole text at once: what it says at each place cannot depend on what comes after.
#
# ### From attention to a block
#
# Attention lets tokens talk to each other. Then each token thinks for itself: two linear layers with an **activation**
# between them. The first makes its vector wider, most often four times, the second brings it back. The activation here
# is `torch.relu`: it keeps what is positive and makes everything else 0.
#
# **Predict.** Leave out the activation: `linear(linear(x, w_up), w_down)`. How many linear layers would do the same?
#
# <details><summary>Two, since there are two weights</summary>
#
# Tempting: two weights hold more numbers than one. But a product of two matrices is a matrix, and
# `x @ w_up.T @ w_down.T` is `x @ (w_down @ w_up).T`.
#
# </details>
# <details><summary>One</summary>
#
# Right. Its weight is `w_down @ w_up`. Without something between them that is no matrix product, ten layers are as good
# as one.
#
# </details>
# <details><summary>None: without an activation, nothing is computed</summary>
#
# Tempting: the activation is what everybody talks about. The products are computed all the same.
#
# </details>

# %% tags=["nbval-check-output"]
w_up = torch.randn(4 * embed_dim, embed_dim) / embed_dim**0.5          # (hidden, embed)
w_down = torch.randn(embed_dim, 4 * embed_dim) / (4 * embed_dim)**0.5  # (embed, hidden)

plain = my.linear(my.linear(x, w_up), w_down)
bent = my.linear(torch.relu(my.linear(x, w_up)), w_down)
single = my.linear(x, w_down @ w_up)
print("without activation, one layer does the same:", torch.allclose(plain, single, atol=1e-4))
print("with relu between them:                     ", torch.allclose(bent, single, atol=1e-4))

# %% [markdown]
# Two things hold a stack of layers together. **Layer norm** stands before attention and before the two linear layers.
# And what each of the two computes is **added** to what came in: the **residual**. So a layer only has to say what to
# change, and gradients have a straight way down through a hundred layers. In symbols:
#
# $$a = x + \mathrm{attention}(\mathrm{norm}(x))$$
#
# $$y = a + W_\mathrm{down} \, \mathrm{relu}(W_\mathrm{up} \, \mathrm{norm}(a))$$

# %% tags=["nbval-check-output"]
came_in = my.add_positions(my.embed(ids, vectors), positions)
a = came_in + y  # y: attention of the normed vectors
h = my.layer_norm(a, ones, zeros, 1e-5)
block_out = a + my.linear(torch.relu(my.linear(h, w_up)), w_down)
print("in ", tuple(came_in.shape))
print("out", tuple(block_out.shape))

# %% [markdown]
# That is a transformer block, and *the cat sat on the mat* went through it. The same shape comes out that went in, so
# blocks stack: the small GPT-2 has 12 of them, with 768 numbers a token and 12 heads. After the last one, a whole
# language model has one more layer norm and one more product: each vector with the vector of every word, which gives a
# score for each. You will meet that product at the end of this notebook.
#
# Now write both as functions. They are graded on torch's parts, not on yours: you can earn their points whatever else
# is done.

# %% [markdown]
# ### Exercise: multi_head_attention
#
# Write causal attention with several heads as one function.
#
# `multi_head_attention(x, w_qkv, w_out, heads)`: `(batch, seq, embed)`, `(3 * embed, embed)`, `(embed, embed)`, an int
# → `(batch, seq, embed)`
#
# Models keep the three weights in one: first the rows for the queries, then those for the keys, then those for the
# values. One wide product is faster than three. There are no biases. Each token looks at itself and at those before
# it. Use the parts as above, `my.linear` and so on, or write it in your own way.
#
# *About 10 minutes. Medium.* A neighbor of it: one product, cut into two.

# %% tags=["nbval-check-output"]
points = torch.tensor([[1.0, 2.0]])            # (1, 2)
double, square = 2 * torch.eye(2), torch.tensor([[0.0, 1.0], [1.0, 0.0]])
both = points @ torch.cat([double, square]).T  # weights below each other: (4, 2)
print("both  ", both.tolist())
print("pieces", [piece.tolist() for piece in both.chunk(2, dim=-1)])  # cut along the last axis

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# `attend` above has all the steps. Leave out what happens before the queries, keys and values are made.
#
# </details>
# <details><summary>Hint 2</summary>
#
# One `linear` with `w_qkv` gives `(batch, seq, 3 * embed)`. Cut that into three along the last axis, then split each
# piece into heads.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Five lines: the wide product in three pieces; heads for each piece; the causal mask for `seq` tokens; attention, of
# which you need the output alone; merged heads through `w_out`.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "multi_head_attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multi_head_attention(x: torch.Tensor, w_qkv: torch.Tensor, w_out: torch.Tensor, heads: int) -> torch.Tensor:
    """(batch, seq, embed) -> (batch, seq, embed): causal attention with several heads, without biases."""
    ### BEGIN SOLUTION
    seq = x.shape[1]
    pieces = my.linear(x, w_qkv).chunk(3, dim=-1)
    q, k, v = (my.split_heads(piece, heads) for piece in pieces)
    mixed, _ = my.attention(q, k, v, my.causal_mask(seq, seq))
    return my.linear(my.merge_heads(mixed), w_out)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "multi_head_attention_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("multi_head_attention")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

def reference(x, w_qkv, w_out, heads):
    embed = x.shape[-1]
    layer = torch.nn.MultiheadAttention(embed, heads, bias=False, batch_first=True, dtype=x.dtype)
    layer.in_proj_weight.data, layer.out_proj.weight.data = w_qkv, w_out
    hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    return layer(x, x, x, attn_mask=hidden)[0].detach()

torch.manual_seed(581)
for batch, seq, embed, heads in [(2, 5, 12, 4), (3, 7, 10, 2), (1, 4, 9, 3)]:
    x = torch.randn(batch, seq, embed)
    w_qkv, w_out = torch.randn(3 * embed, embed) / 2, torch.randn(embed, embed) / 2
    outcome = call(multi_head_attention, x, w_qkv, w_out, heads)
    told = f"x {tuple(x.shape)}, {heads} heads"
    assert close(outcome.result, reference(x, w_qkv, w_out, heads)), f"not causal attention with heads: {told}"
    assert outcome.changed == (), "multi_head_attention changed one of its arguments"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "multi_head_attention_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

def reference(x, w_qkv, w_out, heads):
    q, k, v = torch.einsum("bte,oe->bto", x, w_qkv).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
    mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return torch.einsum("bhtd,ohd->bto", mixed, w_out.unflatten(-1, (heads, -1)))

torch.manual_seed(582)
for told, batch, seq, embed, heads, dtype in [
    ("as many tokens as features", 2, 6, 6, 3, torch.float32),
    ("as many heads as tokens", 2, 5, 10, 5, torch.float32),
    ("one head", 1, 4, 6, 1, torch.float32),
    ("heads of one number", 1, 3, 5, 5, torch.float32),
    ("one token", 3, 1, 6, 2, torch.float32),
    ("float64", 2, 4, 6, 3, torch.float64),
]:
    x = torch.randn(batch, seq, embed, dtype=dtype)
    w_qkv, w_out = torch.randn(3 * embed, embed, dtype=dtype) / 2, torch.randn(embed, embed, dtype=dtype) / 2
    found = call(multi_head_attention, x, w_qkv, w_out, heads).result
    assert close(found, reference(x, w_qkv, w_out, heads)), f"wrong: {told}"

x, w_qkv, w_out = (torch.randn(size, dtype=torch.float64) / 2 for size in [(1, 4, 6), (18, 6), (6, 6)])
upstream = torch.randn(1, 4, 6, dtype=torch.float64)
leaves = [part.clone().requires_grad_() for part in (x, w_qkv, w_out)]
wanted = torch.autograd.grad((reference(*leaves, 2) * upstream).sum(), leaves)
outcome = call(multi_head_attention, x, w_qkv, w_out, 2, grad_weights=upstream)
outcome.result
for at, name in enumerate(["x", "w_qkv", "w_out"]):
    assert outcome.gradients.get(at) is not None, f"no gradient reaches {name}"
    assert close(outcome.gradients[at], wanted[at]), f"the gradient of {name} is wrong"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: block
#
# Write the whole block: attention and two linear layers, each after a layer norm, each added to what came in.
#
# `block(x, w_qkv, w_out, w_up, w_down, heads)`: `(batch, seq, embed)`, `(3 * embed, embed)`, `(embed, embed)`,
# `(hidden, embed)`, `(embed, hidden)`, an int → `(batch, seq, embed)`
#
# As in the two formulas above, with `torch.relu`. Its layer norms have no weight and no bias of their own (so weight 1
# and bias 0), and an eps of 1e-5. The attention is that of the exercise before: call your `multi_head_attention`, or
# write it in another way if you have not done that one.
#
# *About 8 minutes. Medium.* A neighbor of it: two steps, each added to what came in.

# %% tags=["nbval-check-output"]
savings = torch.tensor([100.0])
for step in ("interest", "bonus"):
    change = 0.1 * savings if step == "interest" else torch.tensor([5.0])
    savings = savings + change  # the second step sees what the first one made
    print(step, savings.tolist())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Two lines of the same form: `x = x + ...`. The second one starts from what the first one made.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The layer norm stands inside: only what goes *into* attention and into the linear layers is normed. What is added to
# is `x` as it came.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `my.layer_norm` wants a weight of ones and a bias of zeros. Make them like `x`, with `x.new_ones(embed)` and
# `x.new_zeros(embed)`: then they fit its dtype, too. The linear layers are `w_up`, relu, `w_down`.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def block(
    x: torch.Tensor, w_qkv: torch.Tensor, w_out: torch.Tensor, w_up: torch.Tensor, w_down: torch.Tensor, heads: int
) -> torch.Tensor:
    """(batch, seq, embed) -> (batch, seq, embed): one block of a transformer, without biases."""
    ### BEGIN SOLUTION
    embed = x.shape[-1]
    ones, zeros = x.new_ones(embed), x.new_zeros(embed)
    x = x + multi_head_attention(my.layer_norm(x, ones, zeros, 1e-5), w_qkv, w_out, heads)
    widened = torch.relu(my.linear(my.layer_norm(x, ones, zeros, 1e-5), w_up))
    return x + my.linear(widened, w_down)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "block_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("block")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

def reference(x, w_qkv, w_out, w_up, w_down, heads):
    embed = x.shape[-1]
    layer = torch.nn.TransformerEncoderLayer(
        embed, heads, w_up.shape[0], dropout=0.0, batch_first=True, norm_first=True, bias=False, dtype=x.dtype
    ).eval()
    layer.self_attn.in_proj_weight.data, layer.self_attn.out_proj.weight.data = w_qkv, w_out
    layer.linear1.weight.data, layer.linear2.weight.data = w_up, w_down
    hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    return layer(x, src_mask=hidden, is_causal=True).detach()

torch.manual_seed(583)
for batch, seq, embed, heads, wide in [(2, 5, 12, 4, 20), (3, 7, 10, 2, 17), (1, 4, 9, 3, 30)]:
    weights = [torch.randn(size) / 2 for size in [(3 * embed, embed), (embed, embed), (wide, embed), (embed, wide)]]
    x = 2 * torch.randn(batch, seq, embed) + 1
    outcome = call(block, x, *weights, heads)
    told = f"x {tuple(x.shape)}, {heads} heads, w_up {(wide, embed)}"
    assert close(outcome.result, reference(x, *weights, heads)), f"not what the two formulas give: {told}"
    assert outcome.changed == (), "block changed one of its arguments"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "block_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

def reference(x, w_qkv, w_out, w_up, w_down, heads):
    functional, embed = torch.nn.functional, x.shape[-1:]
    q, k, v = functional.linear(functional.layer_norm(x, embed), w_qkv).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
    mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
    x = x + functional.linear(mixed, w_out)
    return x + functional.linear(functional.linear(functional.layer_norm(x, embed), w_up).relu(), w_down)

def inputs(batch, seq, embed, wide, dtype):
    sizes = [(batch, seq, embed), (3 * embed, embed), (embed, embed), (wide, embed), (embed, wide)]
    return [torch.randn(size, dtype=dtype) / 2 for size in sizes]

torch.manual_seed(584)
for told, batch, seq, embed, heads, wide, dtype in [
    ("as many tokens as features", 2, 6, 6, 3, 15, torch.float32),
    ("as wide inside as outside", 2, 4, 6, 2, 6, torch.float32),
    ("one head", 1, 5, 4, 1, 9, torch.float32),
    ("one token", 3, 1, 6, 2, 10, torch.float32),
    ("float64", 2, 4, 6, 3, 11, torch.float64),
]:
    given = inputs(batch, seq, embed, wide, dtype)
    assert close(call(block, *given, heads).result, reference(*given, heads)), f"wrong: {told}"

given = inputs(2, 4, 6, 10, torch.float32)
given[0] = given[0] / 100  # a variance near eps
assert close(call(block, *given, 2).result, reference(*given, 2)), "wrong where x is so small that eps counts"

given = inputs(1, 3, 6, 8, torch.float64)
upstream = torch.randn(1, 3, 6, dtype=torch.float64)
leaves = [part.clone().requires_grad_() for part in given]
wanted = torch.autograd.grad((reference(*leaves, 2) * upstream).sum(), leaves)
outcome = call(block, *given, 2, grad_weights=upstream)
outcome.result
for at, name in enumerate(["x", "w_qkv", "w_out", "w_up", "w_down"]):
    assert outcome.gradients.get(at) is not None, f"no gradient reaches {name}"
    assert close(outcome.gradients[at], wanted[at]), f"the gradient of {name} is wrong"
### END HIDDEN TESTS

# %% [markdown]
# ## Repair
#
# These five mistakes cost the most hours. Each comes with its message and its cure. Then a function that somebody wrote
# has the same kind of mistake in another place: run it, read what torch says, and mend it. Change as little as you can.
# Each is worth 2 points and takes about 4 minutes.

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
# > **Watch out.** A change that makes the error go away is not always the right one. Name the axes, then decide.

# %% [markdown]
# ### Exercise: masked_mean
#
# Repair: one vector for a whole sentence, the mean of its real tokens.
#
# `masked_mean(x, real)`: `(batch, seq, embed)`, bool `(batch, seq)`, `True` at real tokens → `(batch, embed)`
#
# Sentences in a batch are filled up to one length, and what was filled in must not count. Every sentence has a real
# token. There are two mistakes of one kind, so a second message may follow the first.
#
# *About 4 minutes. Easy.* A neighbor of it: prices times amounts, where one has an axis more.

# %% tags=["nbval-check-output"]
prices, amounts = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), torch.tensor([10.0, 100.0])
print(tuple(prices.shape), "and", tuple(amounts.shape), "clash:", "3 against 2")
print((prices * amounts[:, None]).tolist())  # (2, 3) and (2, 1)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Write down both shapes of the product and align them from the right. Which axis of `real` meets which axis of `x`?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `real` lacks the last axis. `real[:, :, None]` has it, with size 1.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Then the sum is `(batch, embed)` and the count `(batch,)`. With as many sentences as features nothing is refused, and
# every row is divided by the wrong count. The count needs an axis at its end, too.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "masked_mean", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["repair"]
def masked_mean(x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """(batch, seq, embed), bool (batch, seq) -> (batch, embed): the mean over the real tokens."""
    ### BEGIN SOLUTION
    counted = real[:, :, None]
    return (x * counted).sum(dim=1) / counted.sum(dim=1)
    ### END SOLUTION
    return (x * real).sum(dim=1) / real.sum(dim=1)

# %%
x = torch.arange(24.0).reshape(2, 4, 3)
real = torch.tensor([[True, True, True, True], [True, True, False, False]])
try:
    print(masked_mean(x, real).tolist(), "wanted: [[4.5, 5.5, 6.5], [13.5, 14.5, 15.5]]")
except RuntimeError as error:
    print("error:", error)

# %% nbgrader={"grade": true, "grade_id": "masked_mean_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("masked_mean")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(591)
for told, batch, seq, embed, dtype in [
    ("other sizes", 3, 5, 7, torch.float32),
    ("as many tokens as features", 2, 6, 6, torch.float32),
    ("as many sentences as features", 5, 3, 5, torch.float32),
    ("as many sentences as tokens", 4, 4, 7, torch.float32),
    ("float64", 2, 4, 7, torch.float64),
]:
    x = torch.randn(batch, seq, embed, dtype=dtype)
    lengths = torch.arange(batch) % seq + 1
    real = torch.arange(seq) < lengths[:, None]
    real = real.flip(1) if told == "float64" else real  # filled up in front
    wanted = torch.stack([row[keep].mean(dim=0) for row, keep in zip(x, real, strict=True)])
    outcome = call(masked_mean, x, real)
    assert close(outcome.result, wanted), f"not the mean of the real tokens: {told}"
    assert outcome.changed == (), "masked_mean changed one of its arguments"
### END HIDDEN TESTS

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
# ### Exercise: position_ids
#
# Repair: the place of each token in its sequence, on whatever device the tokens are.
#
# `position_ids(ids)`: `(batch, seq)` → int64 `(batch, seq)`, `0, 1, 2, ...` in each row, on the device of `ids`
#
# It looks right on the CPU. As soon as somebody has a GPU, the line that *uses* its result fails, and the message
# points there.
#
# *About 4 minutes. Easy.* A neighbor of it: a tensor of ones, made where another tensor is.

# %% tags=["nbval-check-output"]
far = torch.empty(3, 2, device="meta")
print(torch.ones(3).device, "and", torch.ones(3, device=far.device).device)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Run the cell below. It compares two tensors. Which of them was made by your function, and where?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Moving everything to the CPU would make the message go away, and the model slow: it would wait for each copy. A name
# such as `"cuda"` in the function would fail on a machine without one.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `torch.arange` takes `device=`, and `ids.device` says which.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "position_ids", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["repair"]
def position_ids(ids: torch.Tensor) -> torch.Tensor:
    """(batch, seq) -> (batch, seq): the place of each token in its sequence."""
    ### BEGIN SOLUTION
    batch, seq = ids.shape
    return torch.arange(seq, device=ids.device).expand(batch, seq)
    ### END SOLUTION
    batch, seq = ids.shape
    return torch.arange(seq).expand(batch, seq)

# %% tags=["demonstration"]
for device in ("cpu", "meta"):  # "meta" stands in for "cuda"
    tokens = torch.zeros(2, 5, dtype=torch.int64, device=device)
    lengths = torch.tensor([5, 3], device=device)
    try:
        real = position_ids(tokens) < lengths[:, None]  # which tokens are real, for masked_mean
        print("on", real.device, tuple(real.shape))
    except RuntimeError as error:
        print("error:", error)

# %% nbgrader={"grade": true, "grade_id": "position_ids_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("position_ids")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

for batch, seq in [(3, 7), (5, 5), (1, 6), (4, 1)]:
    wanted = torch.tensor([list(range(seq)) for _ in range(batch)])
    ids = torch.randint(90, (batch, seq), generator=torch.Generator().manual_seed(592))
    outcome = call(position_ids, ids)
    assert same(outcome.result, wanted), f"ids of shape {(batch, seq)}: each row should be 0, 1, 2, ..., int64"
    assert outcome.changed == (), "position_ids changed ids"
    far = call(position_ids, ids.to("meta"))
    assert same(far.result, wanted.to("meta")), f"ids of shape {(batch, seq)} on another device: the result should be there"
small = torch.tensor([[7, 0, 2]], dtype=torch.int32)
assert same(call(position_ids, small).result, torch.tensor([[0, 1, 2]])), "int32 ids have int64 places, too"
### END HIDDEN TESTS

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
# ### Exercise: silu
#
# Repair: an activation that came after relu, and that many models use today.
#
# `silu(x)`: `(...)` → the same shape, each number times its own sigmoid
#
# A sigmoid makes a number between 0 and 1 of any number, and works as a gate here. The values are right, but there is
# no getting at the gradients: the backward pass of a sigmoid needs what the sigmoid gave.
#
# *About 4 minutes. Easy.* A neighbor of it: `exp` above. Which tensor does backward need there?

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Run the cell below and read the message. It names the operation whose result was written over.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `*=` on a tensor writes into it, as `mul_` does.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Give the product a name of its own, with `*` instead of `*=`. Not into `x` either: whoever called still needs it. And
# `detach` would stop the message and the gradient with it.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "silu", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["repair"]
def silu(x: torch.Tensor) -> torch.Tensor:
    """(...) -> (...): each number times its own sigmoid."""
    ### BEGIN SOLUTION
    gate = torch.sigmoid(x)
    return x * gate
    ### END SOLUTION
    gate = torch.sigmoid(x)
    gate *= x
    return gate

# %%
x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
try:
    silu(x).sum().backward()
    print("gradient:", [round(number, 4) for number in x.grad.tolist()], "wanted: [0.0723, 0.5, 1.0908]")
except RuntimeError as error:
    print("error:", error)

# %% nbgrader={"grade": true, "grade_id": "silu_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("silu")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(593)
for shape, dtype in [((), torch.float64), ((6,), torch.float64), ((3, 5), torch.float64), ((2, 4, 7), torch.float32)]:
    x = 3 * torch.randn(shape, dtype=dtype)
    upstream = torch.randn(shape, dtype=dtype)
    sigmoid = 1 / (1 + torch.exp(-x))
    outcome = call(silu, x, grad_weights=upstream)
    assert close(outcome.result, x * sigmoid), f"x of shape {shape}: wrong values"
    assert outcome.gradients.get(0) is not None, f"x of shape {shape}: no gradient reaches it"
    assert close(outcome.gradients[0], upstream * sigmoid * (1 + x * (1 - sigmoid))), f"x of shape {shape}: wrong gradient"
    without = call(silu, x)
    assert close(without.result, x * sigmoid) and without.changed == (), "silu changed x"
### END HIDDEN TESTS

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
# ### Exercise: flatten_tokens
#
# Repair: the tokens of all sequences in one list, sequence after sequence.
#
# `flatten_tokens(x)`: `(seq, batch, embed)` → `(batch * seq, embed)`, first all tokens of sequence 0, then those of
# sequence 1, ...
#
# Some layers of torch put the axis seq first; `torch.nn.MultiheadAttention` does, unless told otherwise.
#
# *About 4 minutes. Easy.* A neighbor of it: the columns of a table, one after the other.

# %% tags=["nbval-check-output"]
grid = torch.tensor([[1, 2], [3, 4], [5, 6]])
print("row by row      ", grid.view(6).tolist())
print("column by column", grid.T.reshape(6).tolist())

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# The order of the two steps is right. It is the second that torch refuses.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Without the transpose, `view` works, and the tokens come out in the wrong order: token 0 of each sequence first.
#
# </details>
# <details><summary>Hint 3</summary>
#
# The two cures above: `contiguous()` before `view`, or `reshape` in its place.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "flatten_tokens", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["repair"]
def flatten_tokens(x: torch.Tensor) -> torch.Tensor:
    """(seq, batch, embed) -> (batch * seq, embed), sequence after sequence."""
    ### BEGIN SOLUTION
    seq, batch, embed = x.shape
    return x.transpose(0, 1).reshape(batch * seq, embed)
    ### END SOLUTION
    seq, batch, embed = x.shape
    return x.transpose(0, 1).view(batch * seq, embed)

# %%
x = torch.tensor([[[10], [20]], [[11], [21]], [[12], [22]]])  # 3 tokens of 2 sequences: 10, 11, 12 and 20, 21, 22
try:
    print(flatten_tokens(x).flatten().tolist(), "wanted: [10, 11, 12, 20, 21, 22]")
except RuntimeError as error:
    print("error:", error)

# %% nbgrader={"grade": true, "grade_id": "flatten_tokens_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("flatten_tokens")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

torch.manual_seed(594)
strided = torch.randn(9, 3, 5)[::2]
for told, x in [
    ("other sizes", torch.randn(7, 3, 5)),
    ("as many tokens as sequences", torch.randn(4, 4, 6)),
    ("all sizes equal", torch.randn(5, 5, 5)),
    ("one sequence", torch.randn(6, 1, 3)),
    ("one token", torch.randn(1, 6, 3)),
    ("whole numbers", torch.arange(42).reshape(7, 3, 2)),
    ("a strided x", strided),
]:
    seq, batch, _ = x.shape
    wanted = torch.stack([x[token, sequence] for sequence in range(batch) for token in range(seq)])
    outcome = call(flatten_tokens, x)
    assert same(outcome.result, wanted), f"not sequence after sequence: {told}, {tuple(x.shape)}"
    assert outcome.changed == (), "flatten_tokens changed x"
### END HIDDEN TESTS

# %% [markdown]
# ### 5. float32 meets float16
#
# **Predict.** `a` is float32, `b` is float16. What do `a + b` and `a @ b` do?
#
# <details><summary>Both give float32</summary>
#
# Tempting: elementwise operations do promote to the wider dtype. Matrix products do not: their kernels are written for
# one dtype, so torch asks you to choose.
#
# </details>
# <details><summary>Both raise an error</summary>
#
# Tempting: torch is strict. But only about products. The sum promotes without a word.
#
# </details>
# <details><summary>The sum works, the product raises</summary>
#
# Right. The silent one deserves more care: the sum is float32, twice the memory that you planned for.
#
# </details>

# %% tags=["nbval-check-output"]
a = torch.randn(3, 3)
b = torch.randn(3, 3, dtype=torch.float16)
for name, operation in [("a + b", torch.add), ("a @ b", torch.matmul)]:
    try:
        print(f"{name}:", operation(a, b).dtype)
    except RuntimeError as error:
        print(f"{name}: error: {error}")
print("cure: ", (a @ b.to(a.dtype)).dtype)  # say which one you want

# %% [markdown]
# ### Exercise: word_scores
#
# Repair: how well each vector fits each word, the last step of a language model.
#
# `word_scores(x, table)`: `(..., embed)`, `(vocab, embed)` → `(..., vocab)`, dot products, in the dtype of `x`
#
# The table of words is stored in float16 or bfloat16, to save memory. Compute in the dtype of `x`, and lose none of its
# digits.
#
# *About 4 minutes. Easy.* A neighbor of it: small whole numbers that meet floating ones.

# %% tags=["nbval-check-output"]
counts = torch.tensor([[1, 2], [3, 4]], dtype=torch.int8)
shares = torch.tensor([[0.5], [0.25]], dtype=torch.float64)
print((counts.to(shares.dtype) @ shares).dtype)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# There are two ways to make the dtypes equal. One of them throws digits away.
#
# </details>
# <details><summary>Hint 2</summary>
#
# With `x` in float16, everything above 65,504 becomes infinite. It is the table that has to change.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `.float()` would do for an `x` in float32 alone. `.to(x.dtype)` fits any.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "word_scores", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["repair"]
def word_scores(x: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """(..., embed), (vocab, embed) -> (..., vocab): dot products with every word, in the dtype of x."""
    ### BEGIN SOLUTION
    return x @ table.to(x.dtype).T
    ### END SOLUTION
    return x @ table.T

# %%
cat = vectors[words.index("cat")]
try:
    best = word_scores(cat, vectors.half()).topk(4).indices
    print("fit best:", [words[row] for row in best], "wanted: cat first")
except RuntimeError as error:
    print("error:", error)

# %% nbgrader={"grade": true, "grade_id": "word_scores_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("word_scores")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(595)
for told, shape, vocab, dtype, stored in [
    ("float32 meets float16", (2, 5, 7), 9, torch.float32, torch.float16),
    ("float32 meets bfloat16", (3, 6), 8, torch.float32, torch.bfloat16),
    ("float64 meets float16", (4, 6), 9, torch.float64, torch.float16),
    ("float32 meets float32", (2, 3, 5), 7, torch.float32, torch.float32),
    ("one vector", (6,), 8, torch.float32, torch.float16),
    ("a square table", (3, 6), 6, torch.float32, torch.float16),
]:
    x = torch.randn(shape, dtype=dtype)
    table = torch.randn(vocab, shape[-1]).to(stored)
    outcome = call(word_scores, x, table)
    wanted = torch.einsum("...e,ve->...v", x.double(), table.double()).to(dtype)
    assert close(outcome.result, wanted), f"wrong dtype or scores: {told}, x {shape}, table {(vocab, shape[-1])}"
    assert outcome.changed == (), "word_scores changed one of its arguments"

large = 1e5 * torch.randn(2, 4)
table = torch.randn(6, 4).half()
wanted = torch.einsum("te,ve->tv", large.double(), table.double()).float()
assert close(call(word_scores, large, table).result, wanted), "x holds numbers that float16 does not"
### END HIDDEN TESTS

# %% [markdown]
# ## What you reached
#
# All of the course, exercise by exercise; each name leads to its place.

# %% tags=["demonstration"]
progress()

# %% [markdown]
# To hand in what you have, run `!shapewise hand-in` in a cell of its own: it makes the file, and says what is in it. If
# nobody waits for it, this panel is your mark. More tests run when somebody grades: other sizes, other numbers.

# %% [markdown]
# ## Module 01 in seven points
#
# 1. **Arrays and shapes.** A tensor is an array of numbers. Its shape says what each axis counts: batch, seq, embed.
# 2. **Broadcasting.** Align from the right. Sizes must be equal or one of them 1. That is how one bias reaches every
#    token.
# 3. **Matrix products.** (m, k) @ (k, n) → (m, n). Inner sizes must agree, leading axes batch.
# 4. **Reshaping** keeps the elements and their order. Transposing changes which axis is which. Splitting heads needs
#    both.
# 5. **Memory layout.** Strides say how to walk through storage. A view shares it. `view` needs a fitting walk,
#    `reshape` copies if it must.
# 6. **Devices.** Operands must live on the same one. Make new tensors with `device=x.device`.
# 7. **Dtypes.** float32 to learn and debug, float16 or bfloat16 to save memory. Matrix products want one dtype.
#
# With these seven you read a sentence's ids all the way to a block of a transformer, and most of the way is your code.
#
# **What comes next.** Module 01 is complete, and it is the only one there is so far. Planned are Module 02, Autograd:
# how `backward()` finds its gradients; Module 05, in which attention returns with a trained model; and Module 08,
# softmax temperature and other ways to draw the next word.
#
# **Before:** [5 Attention](5_attention.ipynb), or back to the start: [1 Shapes](1_shapes.ipynb). All words:
# [glossary](glossary.md).
