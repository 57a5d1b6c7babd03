# %% [markdown]
# # Layout: one row of numbers, many shapes
#
# A transpose takes no time, a reshape puts numbers in the wrong place, `view` raises an error: all of it makes sense
# once you see how a tensor lies in memory. After this notebook you can
#
# - say where in memory an entry of a tensor stands,
# - tell which operations copy numbers and which only look at them differently,
# - read the error that `view` raises, and choose between `view`, `reshape` and `contiguous`,
# - cut a token's vector into attention heads, and put it back together,
# - build overlapping windows that cost no memory.
#
# About 25 minutes to read and run, plus 20 minutes for the three exercises. The last one is hard, and can wait for
# another day. Before this: [3 PyTorch](3_pytorch.ipynb). All words: [glossary](glossary.md).

# %%
import matplotlib.pyplot as plt
import torch

from shapewise import Grid, expect, explore_layout, progress, show_figure, show_grids

# %% tags=["demonstration"]
progress("4_layout")

# %% [markdown]
# ## One row of numbers
#
# Memory has no rows and columns. A tensor's numbers stand in one flat row, its *storage*. The shape is a way of
# reading it. To find an entry, torch needs two more things:
#
# - the **strides**: for each axis, how many places further in storage the next index is;
# - the **offset**: at which place the tensor's first entry stands.
#
# Entry `[i, j, k]` stands at place `offset + i * stride[0] + j * stride[1] + k * stride[2]`. That is all there is to
# it.

# %% [markdown]
# **Predict.** A fresh tensor of shape `(2, 3, 4)` is filled in reading order: the last index runs fastest. Its
# strides?
#
# <details><summary><code>(2, 3, 4)</code></summary>
#
# Tempting: those are the sizes, how many steps an axis has. A stride says how far one step goes.
#
# </details>
# <details><summary><code>(1, 2, 6)</code></summary>
#
# Tempting: in Fortran and MATLAB the *first* index runs fastest, and this would be it. Torch and NumPy let the last
# one run fastest.
#
# </details>
# <details><summary><code>(12, 4, 1)</code></summary>
#
# Right. The next `k` is 1 place further. The next `j` skips a row of 4. The next `i` skips a matrix of 3 × 4 = 12.
#
# </details>
# <details><summary><code>(48, 16, 4)</code></summary>
#
# Tempting: NumPy counts strides in bytes, and would say this for float32. Torch counts elements.
#
# </details>

# %% tags=["nbval-check-output"]
x = torch.arange(24).view(2, 3, 4)
print("shape  ", tuple(x.shape))
print("strides", x.stride(), " offset", x.storage_offset())
place = x.storage_offset() + 1 * x.stride(0) + 2 * x.stride(1) + 3 * x.stride(2)
print("x[1, 2, 3] stands at place", place, "and is", x[1, 2, 3].item())
assert x.stride() == (12, 4, 1) and place == x[1, 2, 3]

# %% [markdown]
# We filled `x` with 0, 1, 2, …, so each number is its own place in storage. That makes `arange` the best friend of
# everyone who debugs shapes.
#
# A slice takes no numbers out. It has the same storage, another offset, and strides of its own:

# %% tags=["nbval-check-output"]
part = x[1, :, ::2]
print("x[1, :, ::2] =", part.tolist())
print("shape", tuple(part.shape), " strides", part.stride(), " offset", part.storage_offset())
print("same storage as x?", part.untyped_storage().data_ptr() == x.untyped_storage().data_ptr())

# %% [markdown]
# It starts at place 12. A step down is still 4 places. A step to the right is now 2, since every second one is
# skipped.

# %% [markdown]
# ## A transpose moves nothing
#
# If strides say how to read, a transpose is cheap: swap two sizes, swap their two strides. A matrix with a billion
# entries is transposed as fast as one with six. Nothing in storage moves.
#
# A tensor is **contiguous** if reading it in order walks through storage place by place. Is a transpose?

# %% tags=["nbval-check-output"]
m = torch.arange(6).view(2, 3)
t = m.T
print("m   strides", m.stride(), " contiguous", m.is_contiguous(), "  ", m.tolist())
print("m.T strides", t.stride(), " contiguous", t.is_contiguous(), " ", t.tolist())
t[2, 0] = 99
print("after t[2, 0] = 99, m is", m.tolist())
assert m[0, 2] == 99

# %% [markdown]
# A write through `t` arrives in `m`: there is one storage and two ways of reading it. Such a second way is called a
# *view*. (`.T` is for two axes. `.transpose(a, b)` swaps any two, and `.mT` is short for the last two.)
#
# `m` is contiguous. `m.T` is not: reading it jumps through storage.

# %% jupyter={"source_hidden": true} tags=["demonstration"]
places = torch.arange(12).view(3, 4)
figure, axes = plt.subplots(figsize=(6, 3))
axes.plot(places.flatten(), "o-", color="#3b6fb6", label="x: contiguous")
axes.plot(places.T.flatten(), "s--", color="#a1466c", label="x.T: jumps by 4, then back")
axes.set(xlabel="entries in reading order", ylabel="place in storage", xticks=range(12))
axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
axes.spines[["top", "right"]].set_visible(False)
show_figure(
    figure,
    "Place in storage of each entry in reading order, for a 3 by 4 tensor x. For x a straight line from 0 to 11. "
    "For its transpose a saw: 0, 4, 8, then 1, 5, 9, and so on.",
)

# %% [markdown]
# ## Explore: from shape to storage
#
# Type a shape and a chain of operations, written as in torch. Watch three things: what changes at each step (shape,
# strides, offset), whether the result is still contiguous, and the path that reading it takes through storage. The
# explorer lives in your browser, so it works without a kernel too.
#
# Some things to find out:
#
# - Shape `3, 4`, then `.transpose(0, 1).transpose(0, 1)`. What comes back, and what became of the storage in between?
# - Shape `3, 4`, then `[1:, ::2]`. Which stride changes, and what happens to the offset?
# - Shape `3, 1`, then `.expand(3, 4)`. Which stride makes one number appear four times?
# - Shape `2, 3, 4`, then `.permute(2, 0, 1)`. It names all axes in their new order. What became of the strides?

# %% tags=["demonstration"]
explore_layout()

# %% [markdown]
# Storage stays as it was in all of them. Two transposes bring the first tensor back. The slice skips every second
# column, so that stride doubles. It also starts one row later, so the offset moves. `permute` puts the strides in
# the new order, as it does with the sizes.
#
# The stride that repeats is **0**: a step along that axis goes nowhere, so the same number is read again. Broadcasting
# works like this. A bias on 128 tokens is never stored 128 times.

# %% tags=["nbval-check-output"]
bias = torch.tensor([1.0, 2.0, 3.0])
on_every_token = bias.expand(4, 32, 3)
print("shape", tuple(on_every_token.shape), " strides", on_every_token.stride())
stored = bias.untyped_storage().nbytes() // bias.element_size()
print("numbers seen:", on_every_token.numel(), " numbers stored:", stored)
assert on_every_token.stride() == (0, 0, 1)

# %% [markdown]
# ## When view fails
#
# `view(shape)` reads the same storage in another shape. It promises to copy nothing. So it can only give shapes that
# some strides can describe.

# %% [markdown]
# **Predict.** `m` is `[[0, 1, 2], [3, 4, 5]]`. What is `m.T.view(6)`?
#
# <details><summary><code>[0, 3, 1, 4, 2, 5]</code></summary>
#
# Tempting: those are the entries of `m.T` in reading order. But from 0 to 3 is a step of +3, from 3 to 1 one of −2. A
# single axis has one stride, and no stride does both. To get this you need a copy.
#
# </details>
# <details><summary>An error</summary>
#
# Right. One axis of 6 has one stride, and reading `m.T` takes steps of +3 and −2. Instead of copying in silence,
# `view` refuses.
#
# </details>
# <details><summary><code>[0, 1, 2, 3, 4, 5]</code></summary>
#
# Tempting: that is the storage in its own order. Then `view` would have changed the order of the entries without a
# word. It never does.
#
# </details>

# %% tags=["nbval-check-output"]
m = torch.arange(6).view(2, 3)
for name, matrix in [("m", m), ("m.T", m.T)]:
    try:
        print(f"{name}.view(6)", matrix.view(6).tolist())
    except RuntimeError as error:
        print(f"{name}.view(6)", "RuntimeError:", error)

# %% [markdown]
# The message says it in torch's words: an axis (torch says dimension) would span two pieces of memory that do not
# follow on. There are two ways out. `contiguous()` writes the entries into fresh storage in reading order. `reshape`
# returns a view where that is possible and a copy where it is not.

# %% tags=["nbval-check-output"]
copy = m.T.contiguous()
print("m.T.contiguous()   strides", copy.stride(), " and its view(6) is", copy.view(6).tolist())
print("m.T.reshape(6)     in one step               ", m.T.reshape(6).tolist())

# %% tags=["nbval-check-output"]
def shares_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


print("m.reshape(6)       shares storage with m:", shares_storage(m.reshape(6), m))
print("m.T.reshape(6)     shares storage with m:", shares_storage(m.T.reshape(6), m))
print("m.contiguous()     shares storage with m:", shares_storage(m.contiguous(), m))
print("m.T.contiguous()   shares storage with m:", shares_storage(m.T.contiguous(), m))

# %% [markdown]
# | you call | you get | it fails |
# |---|---|---|
# | `view(shape)` | always a view | where no strides can describe the shape |
# | `reshape(shape)` | a view if possible, else a copy | only if the sizes do not fit |
# | `flatten()` | one axis: what `reshape(-1)` gives | never |
# | `contiguous()` | itself if contiguous, else a copy | never |
# | `transpose`, `permute`, `expand`, `squeeze`, `unsqueeze`, basic slices | always a view | only on bad axes or sizes |
#
# > **Rule.** Use `reshape`, unless it matters that nothing is copied. Then use `view`, and let its error tell you
# > when it would not be free.

# %% [markdown]
# ## Attention wants heads
#
# Now to where a language model needs all this. Take *the cat sat on the mat*. The word *sat* has more than one
# question to the others: who sat? Where? Attention answers a question with **one** average over the words, and an
# average of *cat* and *mat* is neither. So it asks several questions side by side. Each one is a **head**, with an
# average of its own.
#
# Eight heads shall cost no more than one. So each head gets an eighth of every vector: of 64 features, head 0 takes
# the first 8, head 1 the next 8, and so on. (In a transformer it is not the raw vector that is cut. Three linear
# layers make a query, a key and a value from it first. The next notebook shows them. All three are cut in the same
# way, so one tensor `x` will do here.)
#
# We have `(batch, seq, embed)` and want `(batch, heads, seq, head_dim)`. Heads come before the tokens, because each
# head will multiply a `(seq, head_dim)` matrix, and matrix products use the last two axes. Two steps lead there:
#
# - **Step 1.** `view` cuts the last axis in two. Eight heads of 8 features make 64.
# - **Step 2.** `transpose(1, 2)` swaps the tokens with the heads.

# %% tags=["nbval-check-output"]
x = torch.randn(4, 32, 64)
cut = x.view(4, 32, 8, 8)
heads = cut.transpose(1, 2)
print("x      (batch, seq, embed)           ", tuple(x.shape))
print("cut    (batch, seq, heads, head_dim) ", tuple(cut.shape))
print("heads  (batch, heads, seq, head_dim) ", tuple(heads.shape))
print("head 3 of token 10 holds its features 24 to 31:", torch.equal(heads[0, 3, 10], x[0, 10, 24:32]))
assert torch.equal(heads[0, 3, 10], x[0, 10, 24:32])

# %% [markdown]
# **Predict.** Why two steps? `x.view(4, 8, 32, 8)` gives the shape `(batch, heads, seq, head_dim)` in one. What is in
# it?
#
# <details><summary>The same as in <code>heads</code></summary>
#
# Tempting: the shape is the same, and that is what makes this mistake so easy to miss. There is no error, only a
# model that trains badly. The numbers stand in other places.
#
# </details>
# <details><summary>Nothing: torch raises an error</summary>
#
# Tempting: `view` does refuse some shapes. But `x` is contiguous, and any shape with as many elements fits then:
# 4 × 8 × 32 × 8 is 4 × 32 × 64. It cannot know what you mean by an axis.
#
# </details>
# <details><summary>The right shape with numbers in the wrong places</summary>
#
# Right. `view` never moves anything. It cuts the row of numbers in the order in which it stands in storage, and there
# all features of token 0 come first. So the first "head" gets the first *tokens* instead of the first features.
#
# </details>

# %% tags=["nbval-check-output"]
tokens = 10 * torch.arange(3)[:, None] + torch.arange(4)  # entry 21 is token 2, feature 1
small = tokens.view(1, 3, 4)
two_steps = small.view(1, 3, 2, 2).transpose(1, 2)
one_step = small.view(1, 2, 3, 2)
print("tokens   ", tokens.tolist())
print("two steps", two_steps[0, 0].tolist(), " shape", tuple(two_steps.shape))
print("one step ", one_step[0, 0].tolist(), " shape", tuple(one_step.shape))
assert two_steps.shape == one_step.shape and not torch.equal(two_steps, one_step)

# %% [markdown]
# Both lists are head 0. In two steps it holds features 0 and 1 of each token. In one step it holds token 0 whole,
# then half of token 1.
#
# Here is the same on our sentence, with 8 features a word. Each square is one number, and says which head gets it.

# %% jupyter={"source_hidden": true}
entries = torch.arange(48).view(1, 6, 8)
splits = {
    "view, then transpose": entries.view(1, 6, 2, 4).transpose(1, 2),
    "one view": entries.view(1, 2, 6, 4),
}
grids = []
for caption, split in splits.items():
    head = torch.zeros(48, dtype=torch.int64)
    head[split[0, 1].flatten()] = 1  # the entries that head 1 got
    head = head.view(6, 8)
    words = ["the", "cat", "sat", "on", "the", "mat"]
    grids.append(Grid(head, caption, head == 1, words, range(8), row_axis="seq", column_axis="embed"))
show_grids(
    *grids,
    description="Which head gets which entry of 6 tokens of 8 features. View, then transpose: head 0 gets features "
    "0 to 3 of every token, head 1 the others. One view: head 0 gets tokens 0 to 2 whole, head 1 tokens 3 to 5.",
)

# %% [markdown]
# With `view`, then `transpose`, each head sees every word. With one `view`, head 0 sees only *the cat sat*, and head
# 1 only *on the mat*.
#
# Cutting an axis is always possible, so `view` never fails when it splits heads. Putting them back merges two axes
# that a transpose has torn apart. There it fails. You will now write both.

# %% [markdown]
# ## Into heads and back
#
# Attention cuts its input into heads at the start and puts them together at the end. First a relative of both, with
# other axes.
#
# ### Worked example: hours of the day
#
# A sensor counts visitors each hour: `hours` is `(days 3, hours 24)`. We want the four quarters of the day apart,
# each with all its days: `(quarters 4, days 3, hours 6)`.
#
# - **Step 1. Cut the axis that holds the parts.** 24 hours are 4 quarters of 6. The part number comes first, since
#   the hours of a quarter follow each other: `(3, 24)` → `(3, 4, 6)`.
# - **Step 2. Swap.** The quarters go before the days: `(3, 4, 6)` → `(4, 3, 6)`.
# - **Step 3. Check one entry whose place you know.** Quarter 2 of day 1 starts at 12 o'clock.

# %% tags=["nbval-check-output"]
hours = 100 * torch.arange(3)[:, None] + torch.arange(24)  # entry 113 is day 1, 13 o'clock
cut = hours.view(3, 4, 6)
quarters = cut.transpose(0, 1)
print("shape", tuple(quarters.shape), " strides", quarters.stride())
print("quarter 2 of day 1:", quarters[2, 1].tolist())
assert quarters[2, 1, 0] == 112 and shares_storage(quarters, hours)

# %% [markdown]
# **One to complete.** A page of 2 lines of 6 letters is to be printed in 3 narrow columns: `(columns 3, lines 2,
# letters 2)`. Step 1 is done. Replace the three dots by step 2.

# %%
page = torch.arange(12).view(2, 6)  # line 0 holds 0 to 5, line 1 holds 6 to 11
cut = page.view(2, 3, 2)
columns = ...

expect(columns, [[[0, 1], [6, 7]], [[2, 3], [8, 9]], [[4, 5], [10, 11]]])

# %% [markdown]
# ### Exercise: split_heads
#
# Cut every token's vector into heads, and put the heads before the tokens, without copying a number.
#
# `split_heads(x, heads)`: `(batch, seq, embed)` → `(batch, heads, seq, head_dim)`, a view of `x`, where `head_dim`
# is `embed / heads`.
#
# Head `h` of a token holds a run of neighboring features: head 0 the first `head_dim` of them, head 1 the next, and so
# on. If `embed` cannot be divided into `heads` equal parts, raise a `ValueError`.
#
# *About 6 minutes. Medium.* The hours are this problem's neighbor: the same steps, with a batch in front. The cell
# begins with the sizes.
#
# <details><summary>Hint 1</summary>
#
# The tokens must stay whole at first. Which axis has to be cut in two, and what are the sizes of its two parts?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Cutting the last axis gives `(batch, seq, heads, head_dim)`. Now two axes next to each other stand in the wrong
# order.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `view` cuts an axis and `transpose` swaps two. Neither copies. `view` wants whole numbers: `embed // heads`, not
# `embed / heads`. Before all that, look at `embed % heads`: it is 0 where the features can be divided.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "split_heads", "locked": false, "schema_version": 3, "solution": true, "task": false}
def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """(batch, seq, embed) -> (batch, heads, seq, head_dim), a view of x; head_dim is embed / heads."""
    batch, seq, embed = x.shape
    ### BEGIN SOLUTION
    if embed % heads != 0:
        raise ValueError(f"{embed} features cannot be split into {heads} equal heads")
    head_dim = embed // heads
    return x.view(batch, seq, heads, head_dim).transpose(1, 2)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "split_heads_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("split_heads")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

# Labelled entries: 300 per sequence, 20 per token, 1 per feature. All sizes differ.
batch, seq, heads, head_dim = 2, 5, 3, 4
x = 300.0 * torch.arange(batch)[:, None, None] + 20 * torch.arange(seq)[:, None] + torch.arange(heads * head_dim)
outcome = call(split_heads, x, heads)
wanted = torch.stack([x[:, :, 0:4], x[:, :, 4:8], x[:, :, 8:12]], dim=1)
assert close(outcome.result, wanted), "each head should hold one run of neighboring features: x (2, 5, 12), 3 heads"
assert outcome.changed == (), "x itself was changed"

torch.manual_seed(1404)
x = torch.randn(3, 7, 10, dtype=torch.float64)
outcome = call(split_heads, x, 5)
assert close(outcome.result, torch.stack(x.split(2, dim=2), dim=1)), "wrong for a float64 x (3, 7, 10), 5 heads"
assert outcome.changed == (), "x itself was changed"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "split_heads_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(1405)


def by_slices(x, heads):
    return torch.stack(x.split(x.shape[2] // heads, dim=2), dim=1)


x = torch.randn(2, 5, 12)
outcome = call(split_heads, x, 3)
assert close(outcome.result, by_slices(x, 3)), "wrong for x (2, 5, 12), 3 heads"
assert 0 in outcome.shares_memory, "the result should be a view: no number copied"

# As many tokens as features, then all sizes equal: nothing can be told apart by its size.
x = torch.randn(3, 8, 8)
assert close(call(split_heads, x, 2).result, by_slices(x, 2)), "wrong where seq equals embed"
x = torch.randn(4, 4, 16)
assert close(call(split_heads, x, 4).result, by_slices(x, 4)), "wrong where batch, seq, heads and head_dim are equal"

# One head, and one feature per head.
x = torch.randn(2, 3, 6)
assert close(call(split_heads, x, 1).result, by_slices(x, 1)), "wrong for one head"
assert close(call(split_heads, x, 6).result, by_slices(x, 6)), "wrong for heads of one feature each"

# Strided inputs: every second token, and an input whose batch and seq were swapped.
base = torch.randn(4, 10, 6)
for x in (base[:, ::2], base.transpose(0, 1)):
    outcome = call(split_heads, x, 3)
    assert close(outcome.result, by_slices(x, 3)), "wrong for an x that is not contiguous"
    assert 0 in outcome.shares_memory, "an x that is not contiguous should not be copied either"

for heads in (3, 4, 7):
    outcome = call(split_heads, torch.randn(2, 3, 10), heads)
    refused = outcome.error is not None and outcome.error.is_a(ValueError)
    assert refused, f"10 features and {heads} heads: wanted a ValueError"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: merge_heads
#
# After attention, put the heads of every token side by side again: the inverse of `split_heads`.
#
# `merge_heads(y)`: `(batch, heads, seq, head_dim)` → `(batch, seq, heads * head_dim)`
#
# Example: one sequence of two tokens, two heads of two features. Head 0 holds `[[1, 2], [5, 6]]` (token 0, then token
# 1), head 1 holds `[[3, 4], [7, 8]]`. Merged, token 0 is `[1, 2, 3, 4]` and token 1 is `[5, 6, 7, 8]`.
#
# *About 5 minutes. Medium.* The cell is blank. `y` may come from a transpose or be contiguous; a copy is allowed
# here.
#
# <details><summary>Hint 1</summary>
#
# Two axes can be merged into one only if they stand next to each other, in the right order. Which two should become
# one, and what stands between them?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Undo the steps of `split_heads` from the last to the first: swap, then join.
#
# </details>
# <details><summary>Hint 3</summary>
#
# After the swap the shape is `(batch, seq, heads, head_dim)`, but its strides jump. Which of `view` and `reshape` can
# join the last two axes then?
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "merge_heads", "locked": false, "schema_version": 3, "solution": true, "task": false}
def merge_heads(y: torch.Tensor) -> torch.Tensor:
    """(batch, heads, seq, head_dim) -> (batch, seq, heads * head_dim): the inverse of split_heads."""
    ### BEGIN SOLUTION
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).reshape(batch, seq, heads * head_dim)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "merge_heads_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("merge_heads")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(901)
# The round trip, from a y made as attention makes it: by a transpose.
x = torch.randn(2, 5, 12)
y = x.view(2, 5, 3, 4).transpose(1, 2)
outcome = call(merge_heads, y)
assert close(outcome.result, x), "splitting x (2, 5, 12) into 3 heads and then merging should give x back"
assert outcome.changed == (), "y itself was changed"

# From a contiguous y, in float64.
y = torch.randn(3, 2, 7, 5, dtype=torch.float64)
outcome = call(merge_heads, y)
assert close(outcome.result, torch.cat([y[:, 0], y[:, 1]], dim=-1)), "wrong for a contiguous float64 y (3, 2, 7, 5)"
assert outcome.changed == (), "y itself was changed"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "merge_heads_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(902)
sizes = {
    "as many heads as tokens": (2, 4, 4, 3),
    "all sizes equal": (3, 3, 3, 3),
    "one sequence": (1, 2, 3, 4),
    "one head": (2, 1, 3, 4),
    "one token": (2, 3, 1, 4),
    "heads of one feature": (2, 3, 5, 1),
}
for name, size in sizes.items():
    y = torch.randn(size)
    outcome = call(merge_heads, y)
    wanted = torch.cat(list(y.unbind(dim=1)), dim=-1)
    assert close(outcome.result, wanted), f"wrong for y {size}: {name}"
    assert outcome.changed == (), f"y {size} itself was changed"
### END HIDDEN TESTS

# %% [markdown]
# ## The same number twice: windows
#
# The text that a language model is trained on is one long row of tokens. It can be cut into windows: tokens 0 to 3,
# tokens 1 to 4, tokens 2 to 5. (Training programs often take fewer: windows side by side, or at random places.) Some
# models also attend through a window, so that each token sees only its last few thousand neighbors. Copied out, all
# windows of width 1000 would take a thousand times the memory of the text. With strides they take none.
#
# The tool is `x.as_strided(shape, strides)`: you write down shape and strides yourself, and reading begins where `x`
# begins. (A third argument sets the place in storage. It counts from the start of the *storage*, not of `x`.) Torch
# checks only that you stay inside the storage.
#
# ### Worked example: the diagonal
#
# A matrix of 4 × 4. We want its diagonal, without a loop and without a copy.
#
# - **Step 1. Which shape?** Four numbers: `(4,)`.
# - **Step 2. For each axis, how far is one step, in the strides of `x`?** The next entry is one row down and one
#   column right: `x.stride(0) + x.stride(1)`. Here that is 4 + 1 = 5.
# - **Step 3. Where does it begin?** Where `x` does.

# %% tags=["nbval-check-output"]
x = torch.arange(16).view(4, 4)
diagonal = x.as_strided((4,), (x.stride(0) + x.stride(1),))
print("diagonal", diagonal.tolist(), " strides", diagonal.stride())
corner = torch.arange(36).view(6, 6)[2:, 2:]  # 4 × 4 again, from the middle of something larger
diagonal = corner.as_strided((4,), (corner.stride(0) + corner.stride(1),))
print("diagonal", diagonal.tolist(), " strides", diagonal.stride())
assert torch.equal(diagonal, corner.diagonal())

# %% [markdown]
# Because step 2 asked `x` for its strides, the same line also works on `corner`, where a row is 6 places long.

# %% [markdown]
# **Predict.** `x = torch.arange(5)`. You want its windows of width 3: `[[0, 1, 2], [1, 2, 3], [2, 3, 4]]`. Which
# strides make them?
#
# <details><summary><code>(1, 1)</code></summary>
#
# Right. One step along a window is one place. And so is the step to the next window, since it starts one place later.
#
# </details>
# <details><summary><code>(3, 1)</code></summary>
#
# Tempting: an ordinary 3 × 3 matrix has these strides. The second row would begin 3 places on, at number 3: windows
# that do not overlap. And nine places do not exist here. Torch would refuse.
#
# </details>
# <details><summary><code>(0, 1)</code></summary>
#
# Tempting: stride 0 reads numbers again. But the next row begins where this one did: `[0, 1, 2]` three times.
#
# </details>
# <details><summary>None: 1 and 2 stand in several windows, so they must be copied</summary>
#
# Tempting: a place holds one number. But a tensor may read it as often as it likes. `expand` did too.
#
# </details>

# %% tags=["nbval-check-output"]
x = torch.arange(5)
for step in [3, 1, 0]:  # to the next window
    try:
        print("strides", (step, 1), x.as_strided((3, 3), (step, 1)).tolist())
    except RuntimeError as error:
        print("strides", (step, 1), "RuntimeError:", error)

# %% [markdown]
# The windows that you wanted are a view: nine numbers seen, five stored. A write shows what that means.

# %% tags=["nbval-check-output"]
windows = x.as_strided((3, 3), (1, 1))
print("numbers seen:", windows.numel(), " places in storage:", x.numel())
x[2] = 99
print("after x[2] = 99:", windows.tolist())
assert (windows == 99).sum() == 3

# %% [markdown]
# One write, seen in three windows.
#
# > **Watch out.** Write into such a view and you write into all windows at once. Read from it as you like; copy it
# > before you change it.

# %% [markdown]
# ### Exercise: sliding_windows
#
# All windows of a given width over a 1-D tensor, as a view.
#
# `sliding_windows(x, width)`: `(n,)` → `(n - width + 1, width)`
#
# Row `i` is `x[i : i + width]`. Nothing may be copied. `x` may itself be a view, with any stride and any offset:
# every third entry of something, or a column of a matrix. If no window fits (`width > n`), or `width` is less than 1,
# raise a `ValueError`.
#
# The diagonal is this problem's neighbor: ask `x` for its stride, count its steps, begin where it begins.
#
# *About 8 minutes. Hard.* The cell holds the three steps as comments.
#
# <details><summary>Hint 1</summary>
#
# Count first: how many windows of width 3 does a row of 5 have? Of width 5? Of width 6?
#
# </details>
# <details><summary>Hint 2</summary>
#
# In storage, the next entry of `x` is `x.stride(0)` places further, which is 1 only if `x` is contiguous. How far is
# it to the next entry of a window, and how far to the next window?
#
# </details>
# <details><summary>Hint 3</summary>
#
# Leave out the third argument of `as_strided`: then it begins where `x` begins. And check `width` yourself.
# `as_strided` accepts a count of 0 windows without complaint.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "sliding_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sliding_windows(x: torch.Tensor, width: int) -> torch.Tensor:
    """(n,) -> (n - width + 1, width): row i is x[i : i + width], a view of x."""
    # Step 1: does a window fit, and how many are there?
    # Step 2: how far in storage is one step to the next window, and one step inside a window?
    # Step 3: build the view; where does it begin?
    ### BEGIN SOLUTION
    n = x.shape[0]
    if not 1 <= width <= n:
        raise ValueError(f"a window of width {width} does not fit into {n} entries")
    step = x.stride(0)
    return x.as_strided((n - width + 1, width), (step, step))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "sliding_windows_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("sliding_windows")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close


def picked_out(x, width):
    places = torch.arange(len(x) - width + 1)[:, None] + torch.arange(width)
    return x[places]


torch.manual_seed(1001)
for n, width in [(7, 3), (9, 4), (5, 2)]:
    x = torch.randn(n)
    outcome = call(sliding_windows, x, width)
    assert close(outcome.result, picked_out(x, width)), f"wrong for {n} entries and width {width}"
    assert outcome.changed == (), "x itself was changed"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "sliding_windows_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close


def picked_out(x, width):
    places = torch.arange(len(x) - width + 1)[:, None] + torch.arange(width)
    return x[places]


base = torch.arange(40.0)
inputs = {
    "the start of a longer row, base[:11]": base[:11],
    "an offset, base[5:17]": base[5:17],
    "a stride, base[::3]": base[::3],
    "both, base[4::5]": base[4::5],
    "a column of a matrix": base.view(8, 5)[:, 2],
}
for name, x in inputs.items():
    for width in (1, 4, len(x)):
        outcome = call(sliding_windows, x, width)
        told = f"{name}, {len(x)} entries, width {width}"
        assert close(outcome.result, picked_out(x, width)), f"wrong for {told}"
        assert 0 in outcome.shares_memory, f"not a view, for {told}"

for n, width in [(4, 5), (4, 9), (6, 0)]:
    outcome = call(sliding_windows, torch.arange(float(n)), width)
    refused = outcome.error is not None and outcome.error.is_a(ValueError)
    assert refused, f"{n} entries and width {width}: wanted a ValueError"
### END HIDDEN TESTS

# %% [markdown]
# You will meet your function again under the name `x.unfold(0, width, 1)`. Now you know what stands behind it.

# %% [markdown]
# ## Recap
#
# A tensor is one row of numbers plus shape, strides and offset; views change only those three, copies write new
# numbers.
#
# Split heads with `view` and `transpose`, merge them with `transpose` and `reshape`, and let `arange` show where
# entries went.
#
# **Next:** [5 Attention](5_attention.ipynb), where the words look at each other. **Before:** [3
# PyTorch](3_pytorch.ipynb). All words: [glossary](glossary.md).
#
# **Done for now?** Your work lies beside this notebook, and what passed is remembered. `!shapewise hand-in`, in a cell of
# its own, makes what you hand in and says what is in it.
