# %% [markdown]
# # Shapes: reading what a tensor holds
#
# A language model is built from tensors. Whoever reads shapes fluently can follow a model from its first line to its
# last. After this notebook you can
#
# - read a shape and say what each axis stands for,
# - recognize the shapes that occur inside a language model,
# - tell from a shape and a dtype how many numbers a tensor holds and how many bytes they take,
# - pick out any token of any sequence, and say whether you hold a view or a copy.
#
# About 25 minutes to read and run, plus 10 minutes for the two exercises.

# %%
import numpy as np
import torch

from shapewise import Grid, expect, explore_dimensions, explore_indexing, explore_pipeline, progress, show_grids

# %% tags=["demonstration"]
progress("1_shapes")

# %% [markdown]
# The panel above keeps track of the two exercises of this notebook.
#
# From time to time a question asks you to **predict**. Choose an answer before you unfold it. A wrong guess that you
# made yourself teaches more than a right answer that you read.

# %% [markdown]
# ## What a tensor is
#
# A **tensor** is an n-dimensional array of numbers. A single number is one. So is a row of numbers, a table of
# numbers, and a stack of tables. They differ in how many directions there are to walk in. Each direction is called an
# **axis** or a **dimension**.
#
# You know this object from NumPy. A torch tensor feels like a NumPy array, and adds two things:
#
# - it can live on a GPU and be calculated with there,
# - it can remember how it was computed, so that gradients come out by themselves (**automatic differentiation**).
#
# A model trains on the strength of these two. Everything else about tensors you can learn with the NumPy that you
# know.

# %% tags=["nbval-check-output"]
in_numpy = np.array([1.0, 2.0, 3.0])
in_torch = torch.tensor([1.0, 2.0, 3.0])

print("NumPy  ", in_numpy * 2, "  shape", in_numpy.shape)
print("torch  ", in_torch * 2, "  shape", in_torch.shape)

# %% [markdown]
# The **shape** lists how long each axis is. Torch prints it as `torch.Size([3])`. That is a Python tuple under
# another name: it compares equal to `(3,)`.

# %% [markdown]
# ## Why a language model needs tensors
#
# There are three reasons.
#
# 1. **Text becomes vectors of numbers.** A model cannot calculate with letters. Every token, a word or a piece of one,
#    turns into a row of numbers.
# 2. **Several sequences are processed as one batch.** A GPU is fast when it gets much to do at once. So sentences are
#    stacked, and one call handles all of them.
# 3. **Embeddings, attention and layers all are matrix products.** These are the parts of a model, and you will build
#    each of them. A tensor is what a matrix product takes and gives.
#
# Here is the first reason as a picture: three tokens, and six numbers for each. The numbers are random here. A model
# learns its own.

# %%
torch.manual_seed(0)
tokens = ["the", "cat", "sat"]
vectors = torch.randn(3, 6).round(decimals=1)

show_grids(
    Grid(vectors, rows=tokens, row_axis="seq", column_axis="embed"),
    description="Three rows, one for each of the tokens the, cat and sat, with six numbers each.",
)

# %% [markdown]
# This tensor has shape `(3, 6)`. The first axis counts tokens and is called *seq*. The second counts the numbers of
# one token and is called *embed*. These two names will be with you through the whole course.
#
# ### Where this module takes you
#
# | you will be able to | in notebook |
# |---|---|
# | read a shape and say what each dimension stands for; recognize the shapes in language models | **1** Shapes |
# | work elementwise, multiply matrices, broadcast; convert between NumPy and torch | **2** Operations |
# | move tensors between CPU and GPU; choose a dtype; let torch compute gradients | **3** PyTorch |
# | cut a tensor into heads, and know what happens in memory | **4** Layout |
# | build attention, the core of a transformer, from these parts | **5** Attention |

# %% [markdown]
# ## From no axis to three
#
# Move the slider, or click a dot. Watch how each step takes several of what came before and lines them up along a new axis.

# %% tags=["demonstration"]
explore_dimensions()

# %% [markdown]
# A shape reads from the outside in. `(2, 3)` says: two rows, each of three numbers. `(4, 32, 64)` says: four
# sequences, each of 32 tokens, each of 64 numbers. So the **last** axis always counts the innermost things, the single
# numbers that lie side by side.
#
# **Predict.** What is the shape of `torch.tensor([[[1, 2], [3, 4], [5, 6]]])`?
#
# <details><summary><code>(3, 2)</code></summary>
#
# You saw three pairs, and they are there. But the text opens with three brackets, and each bracket is an axis. The
# outermost one holds a single thing: the table of three pairs. An axis of length 1 is an axis all the same.
#
# </details>
# <details><summary><code>(1, 3, 2)</code></summary>
#
# Right. The outer bracket holds one table, the table holds three rows, a row holds two numbers.
#
# </details>
# <details><summary><code>(2, 3, 1)</code></summary>
#
# These are the right lengths, read from the inside out. A shape goes the other way: the outermost axis comes first.
#
# </details>
# <details><summary><code>(6,)</code></summary>
#
# That is the number of elements, 6. The shape also says how they are arranged.
#
# </details>

# %% tags=["nbval-check-output"]
x = torch.tensor([[[1, 2], [3, 4], [5, 6]]])

print("shape ", tuple(x.shape))
print("ndim  ", x.ndim)
assert x.shape == (1, 3, 2)

# %% [markdown]
# Count the brackets that the text opens with: that is `ndim`, the number of axes. Then step inside, one bracket at a
# time, and count what you find there: that is the shape.
#
# > **Watch out.** The word *dimension* has two meanings. A "768-dimensional vector" is a tensor with **one** axis, of
# > length 768. When we say a tensor "is 3D", we mean that it has three axes.

# %% tags=["nbval-check-output"]
for t in (torch.tensor(5.0), torch.tensor([5.0]), torch.tensor([[5.0]])):
    print(f"ndim {t.ndim}   shape {tuple(t.shape)!s:7}  {t}")

# %% [markdown]
# One number, three tensors. `()` is a scalar and has no axis at all. `(1,)` is a vector that happens to hold one
# number. `(1, 1)` is a matrix of one row and one column. In a model the difference matters: a loss has shape `()`, and
# a batch of one sequence still has its batch axis.

# %% [markdown]
# ## NumPy first
#
# The same four kinds of tensor in NumPy, where nothing hides:

# %% tags=["nbval-check-output"]
scalar = np.array(5)
vector = np.array([1, 2, 3, 4, 5])
matrix = np.array([[1, 2, 3], [4, 5, 6]])
stack = np.arange(24).reshape(2, 3, 4)

for name, array in [("scalar", scalar), ("vector", vector), ("matrix", matrix), ("stack", stack)]:
    print(f"{name:6}   ndim {array.ndim}   shape {array.shape}")

# %% [markdown]
# `np.arange(24)` counts from 0 to 23, and `reshape(2, 3, 4)` arranges these 24 numbers as two tables of three rows and
# four columns. Shapes multiply: 2 × 3 × 4 = 24. The numbers fill the last axis first.

# %% tags=["nbval-check-output"]
print(stack)
assert stack.size == 2 * 3 * 4 == 24

# %% [markdown]
# Axes have numbers, too. Counted from the left they are 0, 1, 2. Counted from the right they are -1, -2, -3.
# Model code prefers to count from the right: `-1` means "the numbers of one token", whether or not a batch axis stands in front.

# %% tags=["nbval-check-output"]
print("shape[0]          ", stack.shape[0])
print("shape[-1]         ", stack.shape[-1])
print("sum over axis -1  ", stack.sum(axis=-1).shape)
print("sum over axis 0   ", stack.sum(axis=0).shape)

# %% [markdown]
# > **Rule.** A sum, a mean or a maximum over an axis makes that axis disappear. The others stay, in their order.

# %% [markdown]
# ## The shapes inside a language model
#
# A model handles tensors of a few kinds only. These three come up everywhere:
#
# | shape | what it holds | where it occurs |
# |---|---|---|
# | `(vocab_size,)` | one score per vocabulary word | the answer to "which word comes next?" |
# | `(seq_len, embed_dim)` | one vector per token | one sequence on its way through the model |
# | `(batch, seq_len, embed_dim)` | one vector per token, several sequences at once | the input and output of every layer |

# %% tags=["nbval-check-output"]
vocab_size, batch, seq_len, embed_dim = 100, 4, 32, 64

scores = torch.randn(vocab_size)
sequence = torch.randn(seq_len, embed_dim)
sequences = torch.randn(batch, seq_len, embed_dim)

print("scores     ", tuple(scores.shape))
print("sequence   ", tuple(sequence.shape))
print("sequences  ", tuple(sequences.shape))

# %% [markdown]
# The lengths change from model to model. The meaning of the places does not. So read every shape aloud with the names
# of its axes: "4 sequences, 32 tokens each, 64 numbers per token".
#
# Now follow one batch through a model, from token ids to a score for each word. Each stage has its own shape. The middle
# ones are a preview: heads and attention come in later notebooks. For now, count the axes.

# %% tags=["demonstration"]
explore_pipeline()

# %% [markdown]
# Two things to notice.
#
# - **Token IDs to embeddings:** every integer is replaced by a vector. So the shape stays, and a new axis appears at
#   the end.
# - **Attention:** the axis *seq* stands there twice. For every token (the *query*) there is one weight
#   per token that it may look at (the *key*), and all of this once per head.
#
# **Predict.** Those attention weights have shape `(2, 2, 4, 4)`. Now double the length of the sequences from 4 to 8.
# How many weights are there then, compared with before?
#
# <details><summary>As many</summary>
#
# The number of batches and heads stays. But two axes of this shape are *seq*, and both of them grow.
#
# </details>
# <details><summary>Twice as many</summary>
#
# This would be true of the embeddings, where *seq* occurs once. Here it occurs twice.
#
# </details>
# <details><summary>Four times as many</summary>
#
# Right. Twice the queries, and each of them has twice the keys: 2 × 2 = 4.
#
# </details>

# %% tags=["nbval-check-output"]
for seq in (4, 8):
    attention = torch.zeros(2, 2, seq, seq)
    embeddings = torch.zeros(2, seq, 8)
    print(f"seq {seq}:   embeddings {embeddings.numel():4}   attention {attention.numel():4}")

# %% [markdown]
# A shape tells what things cost. The embeddings grow in step with the text, the attention weights with its square.
# This is the reason why long texts are expensive for a transformer.

# %% [markdown]
# ## What a number costs: shape and dtype
#
# The shape says how many numbers there are. The **dtype** says what kind of number each of them is, and how many bytes
# it takes. All numbers of a tensor have the same dtype.
#
# Two dtypes cover most of a model:
#
# - **float32**: a number with a fraction, in 4 bytes. It keeps about 7 decimal digits. Embeddings, weights and scores.
# - **int64**: a whole number, in 8 bytes. It keeps every digit. Token IDs, positions and lengths.

# %% tags=["nbval-check-output"]
for dtype in (torch.float32, torch.int64):
    print(f"{dtype!s:13}", torch.tensor(123_456_789, dtype=dtype).item())

# %% [markdown]
# float32 rounded the last digits. For a weight this is close enough. For a token ID it would be a different word.
#
# **Predict.** `np.zeros((4, 8))` holds 4 tokens of 8 numbers each. How many bytes do its numbers take?
#
# <details><summary>32</summary>
#
# 4 × 8 = 32 is the number of elements. Each of them takes several bytes.
#
# </details>
# <details><summary>128</summary>
#
# 32 elements of 4 bytes: that would be float32, and it is what `torch.zeros(4, 8)` makes. NumPy makes something else
# when you do not say which dtype you want.
#
# </details>
# <details><summary>256</summary>
#
# Right. NumPy makes float64 by default: 32 elements of 8 bytes.
#
# </details>

# %% tags=["nbval-check-output"]
by_default = np.zeros((4, 8))
tokens = np.zeros((4, 8), dtype=np.float32)

for array in (by_default, tokens):
    print(array.dtype, "  shape", array.shape, "  elements", array.size, "  bytes", array.nbytes)
assert by_default.nbytes == 256 and tokens.nbytes == 128

# %% [markdown]
# > **Rule.** bytes = number of elements × bytes per element.
#
# > **Watch out.** NumPy makes float64 by default, torch makes float32. And `size` is a trap: in NumPy `x.size` is the
# > number of elements, while in torch `x.size()` is a method that returns the shape. Ask torch for `x.numel()`.

# %% tags=["nbval-check-output"]
ids = torch.tensor([101, 2054, 2003, 102])

for t in (torch.zeros(4, 8), ids, ids > 1000):
    print(f"{t.dtype!s:13}  elements {t.numel():2}, {t.element_size()} bytes each: {t.nbytes}")

# %% [markdown]
# A comparison gave a third dtype. **bool** holds `True` and `False`, one byte each. Masks are made of it.
#
# Now the same arithmetic on something real. GPT-2, in its smallest size, knows 50,257 tokens and gives each of them
# 768 numbers. How much memory does this one table take?

# %% tags=["nbval-check-output"]
megabytes = 50_257 * 768 * 4 / 1e6
print(f"{megabytes:.0f} MB in float32")

# %% [markdown]
# ### Exercise: describe
#
# Tell in five facts what a tensor is.
#
# `describe(t)`: a tensor of any shape and any dtype -> a dictionary with these keys:
#
# | key | value | for `torch.zeros(4, 8)` |
# |---|---|---|
# | `"ndim"` | number of axes | `2` |
# | `"shape"` | the shape, a tuple | `(4, 8)` |
# | `"dtype"` | name of the dtype, without `torch.` in front | `"float32"` |
# | `"elements"` | number of elements | `32` |
# | `"bytes"` | bytes that these elements take | `128` |
#
# *About 4 minutes. Easy.* First a relative of it, worked out: the label of a NumPy array.

# %% tags=["nbval-check-output"]
array = np.zeros((3, 5), dtype=np.int64)

size = " x ".join(str(length) for length in array.shape)  # step 1: the shape, as text
kind = str(array.dtype)  # step 2: the dtype, as text
each = array.itemsize  # step 3: bytes per element, which the dtype knows
print(f"{size} of {kind}, {each} bytes each")

# %% [markdown]
# **One to complete.** Replace `...` by a calculation with `t`, the way the rule above says. It is tried with two
# tensors, so a number typed in will not do.

# %%
def bytes_of(t):
    return ...


expect(lambda: bytes_of(torch.tensor([[101, 2054, 102], [101, 7592, 102]])), 48)
expect(lambda: bytes_of(torch.tensor([True, False, True])), 3)

# %% [markdown]
# Now yours. The hints unfold one at a time.
#
# <details><summary>Hint 1</summary>
#
# Four of the five facts have appeared above, as something that you can ask a tensor for. Look at the cells that print
# `ndim`, `shape`, elements and bytes.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `str(torch.float32)` is `"torch.float32"`. Python's strings have `removeprefix`.
#
# </details>
# <details><summary>Hint 3</summary>
#
# For the bytes, multiply `t.numel()` with `t.element_size()`. Both work for every dtype and for a tensor with no
# elements. Never write the 4 yourself.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "describe", "locked": false, "schema_version": 3, "solution": true, "task": false}
def describe(t: torch.Tensor) -> dict:
    """A tensor -> {"ndim", "shape", "dtype", "elements", "bytes"}: five facts about it."""
    ### BEGIN SOLUTION
    return {
        "ndim": t.ndim,
        "shape": tuple(t.shape),
        "dtype": str(t.dtype).removeprefix("torch."),
        "elements": t.numel(),
        "bytes": t.numel() * t.element_size(),
    }
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "describe_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("describe")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

cases = [
    (torch.zeros(3, 5), (2, (3, 5), "float32", 15, 60)),
    (torch.zeros(2, 7, 3, dtype=torch.int64), (3, (2, 7, 3), "int64", 42, 336)),
    (torch.ones(11, dtype=torch.bfloat16), (1, (11,), "bfloat16", 11, 22)),
    (torch.zeros(4, 2, dtype=torch.complex64), (2, (4, 2), "complex64", 8, 64)),
]
for t, facts in cases:
    wanted = dict(zip(("ndim", "shape", "dtype", "elements", "bytes"), facts, strict=True))
    got = call(describe, t).result
    assert same(got, wanted), f"wanted {wanted}, got {got}"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "describe_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, same

base = torch.zeros(6, 10, dtype=torch.float64)
cases = {
    "a scalar": (torch.tensor(2.5), (0, (), "float32", 1, 4)),
    "an empty tensor": (torch.zeros(4, 0, 3), (3, (4, 0, 3), "float32", 0, 0)),
    "a mask": (torch.zeros(3, 4) > 1, (2, (3, 4), "bool", 12, 12)),
    "a view of part of a larger tensor": (base[1:3, ::2], (2, (2, 5), "float64", 10, 80)),
}
for name, (t, facts) in cases.items():
    wanted = dict(zip(("ndim", "shape", "dtype", "elements", "bytes"), facts, strict=True))
    outcome = call(describe, t)
    assert same(outcome.result, wanted), f"{name}: wanted {wanted}, got {outcome.result}"
    assert outcome.changed == (), f"{name}: the tensor itself was changed"
### END HIDDEN TESTS

# %% [markdown]
# ## Picking parts out: indexing
#
# A model rarely needs all of a tensor at once. It takes one sequence, the last token, every score above a threshold.
# For practice we take the numbers 0 to 23 as 2 sequences (*batch*) of 3 tokens (*seq*) with 4 features each. From
# every number you can tell where it came from.

# %%
x = np.arange(24).reshape(2, 3, 4)


def show(name, pick):
    """Both sequences of x, with the numbers marked that a pick holds."""
    held = np.isin(x, pick)
    axes = {"row_axis": "seq", "column_axis": "features"}
    tables = [Grid(x[b], f"sequence {b}", held[b], **axes) for b in (0, 1)]
    return show_grids(name, *tables, description=f"{name} picks {x[held].tolist()} out of x.")


show("x[0, 1]", x[0, 1])

# %% [markdown]
# `x[0, 1]` is token 1 of sequence 0: one vector. Every integer in an index chooses a place on its axis, and that
# axis is gone from the result. An axis that you do not mention, or mention with `:`, stays whole.

# %% tags=["nbval-check-output"]
picks = {
    "x[0, 1]": x[0, 1],
    "x[:, 0]": x[:, 0],
    "x[-1, -1, -1]": x[-1, -1, -1],
    "x[x > 10]": x[x > 10],
}
for name, pick in picks.items():
    print(f"{name:14} shape {pick.shape!s:7} {pick.tolist()}")

# %%
show("x[:, 0]", x[:, 0])

# %% [markdown]
# - `x[:, 0]` takes the **first token of every sequence**. The axis *seq* is gone, *batch* and *features* stay:
#   `(2, 4)`.
# - `x[-1, -1, -1]` counts from the end. The **last feature of the last token of the last sequence** is 23, and it has
#   no axis left.
# - `x[x > 10]` is different. `x > 10` is a **boolean mask** of the same shape as `x`. Used as an index it keeps the
#   numbers where the mask is `True`. What is left has no rows or columns any more, so the result is a vector.

# %%
show("x[x > 10]", x[x > 10])

# %% [markdown]
# An integer drops its axis. A slice of length one keeps it. In a model that takes a batch, this difference decides
# between running and crashing.

# %% tags=["nbval-check-output"]
print("x[0]   ", x[0].shape, "  one sequence")
print("x[0:1] ", x[0:1].shape, "  a batch of one sequence")

# %% [markdown]
# ## View or copy?
#
# Some picks are windows onto the same numbers. Others are numbers of their own. You have to know which is which, as
# soon as you write into one of them.
#
# **Predict.** `first = x[:, 0]`, and then `first[0, 0] = -1`. What is `x[0, 0, 0]` now?
#
# <details><summary>Still 0</summary>
#
# That is how Python lists work: a slice of a list is a new list. NumPy and torch hand out a window instead, since
# copying large tensors would be slow.
#
# </details>
# <details><summary>-1</summary>
#
# Right. `first` is a **view**: it has its own shape, but it looks at the memory of `x`.
#
# </details>
# <details><summary>It raises an error</summary>
#
# `first` does not own its numbers, but it may write to them.
#
# </details>

# %% tags=["nbval-check-output"]
x = np.arange(24).reshape(2, 3, 4)
first = x[:, 0]
first[0, 0] = -1

print("x[0, 0, 0] is now", x[0, 0, 0])
assert x[0, 0, 0] == -1

# %% [markdown]
# NumPy can tell whether two arrays share memory. So we ask it about every way of picking that you have seen, and about
# one more: a list of places.

# %% tags=["nbval-check-output"]
x = np.arange(24).reshape(2, 3, 4)
picks = {
    "x[0, 1]": x[0, 1],
    "x[:, 0]": x[:, 0],
    "x[0:1, ::2]": x[0:1, ::2],
    "x[-1, -1, -1]": x[-1, -1, -1],
    "x[x > 10]": x[x > 10],
    "x[:, [0, 2]]": x[:, [0, 2]],
}
for name, pick in picks.items():
    print(f"{name:14}", "view" if np.shares_memory(x, pick) else "copy")

# %% [markdown]
# > **Rule.** Integers and slices give a view. A mask or a list of places gives a copy.
#
# The reason is in the pattern. Integers and slices pick in even steps, and a window can be laid over that. A mask or
# a list may pick anything, so the numbers have to be gathered in a new place.
#
# There is one exception. If integers leave no axis at all, as in `x[-1, -1, -1]`, NumPy hands you a number and not an
# array. A number is a copy. Torch keeps to the rule: there, even this is a tensor of shape `()` that views `x`.

# %% tags=["nbval-check-output"]
t = torch.arange(24).reshape(2, 3, 4)
last = t[-1, -1, -1]
last.fill_(-1)

print("last is", repr(last), "and the end of t is", t[-1, -1])
assert t[-1, -1, -1] == -1

# %% [markdown]
# **Writing** is another matter. With an index on the left of `=`, the numbers go into `x` itself, whatever kind of
# index it is. Attention hides tokens in this way: it writes into its scores through a mask.

# %% tags=["nbval-check-output"]
x[x > 10] = 0
print(x)

# %% [markdown]
# Here is torch, with the same 24 numbers in `x`. Type an index and say the shape first. Can you get `(2, 4)` once as a
# view and once as a copy?

# %% tags=["demonstration"]
explore_indexing()

# %% [markdown]
# ## One pick per row
#
# Give two lists of places, and they are walked through **together**: first with first, second with second. This makes
# one pick per row, and it is how a model reads off one score per sentence.
#
# **Predict.** `scores` has shape `(3, 5)`. What does `scores[[0, 1, 2], [4, 0, 3]]` hold?
#
# <details><summary>A 3 × 3 table: rows 0, 1, 2 and columns 4, 0, 3</summary>
#
# Slices combine like this: every row with every column. Lists do not. They go side by side, like `zip`.
#
# </details>
# <details><summary>Three numbers: one from each row</summary>
#
# Right. They are `scores[0, 4]`, `scores[1, 0]` and `scores[2, 3]`.
#
# </details>
# <details><summary>Six numbers</summary>
#
# There are six places in the two lists, but one place needs a row and a column. Two lists of three make three places.
#
# </details>

# %% tags=["nbval-check-output"]
scores = torch.arange(15).reshape(3, 5) * 10

rows = torch.arange(3)  # step 1: one row number per pick: 0, 1, 2
columns = torch.tensor([4, 0, 3])  # step 2: the column wanted in each row
picked = scores[rows, columns]  # step 3: both lists together: pairs (0, 4), (1, 0), (2, 3)

print("picked", picked, "  shape", tuple(picked.shape))
assert picked.tolist() == [40, 50, 130]

# %%
chosen = torch.zeros(3, 5, dtype=torch.bool)
chosen[rows, columns] = True

show_grids(
    Grid(scores, "scores[rows, columns]", chosen, rows=range(3), columns=range(5)),
    description="A table of 3 rows and 5 columns. "
    "Marked are column 4 of row 0, column 0 of row 1 and column 3 of row 2.",
)

# %% [markdown]
# In training, a row holds one score per vocabulary word and the column is the word that really came next. Exactly this
# pick is at the heart of the loss.
#
# The same works with further axes behind. They come along whole.
#
# **One to complete.** Pick token 2 of sequence 0 and token 1 of sequence 1, together a tensor of shape `(2, 4)`.

# %%
x = torch.arange(24).reshape(2, 3, 4)
sequence_numbers = ...
token_numbers = ...

expect(lambda: x[sequence_numbers, token_numbers], [[8, 9, 10, 11], [16, 17, 18, 19]])

# %% [markdown]
# ### Exercise: last_valid
#
# Return the vector of each sequence's last real token.
#
# Sentences differ in length, and a tensor cannot be ragged. So short sentences are filled up with **padding** at the
# end, and a list of lengths remembers where the real tokens stop. To say what comes next, a model needs the last real
# token.

# %%
words = np.array([
    ["the", "cat", "sat", "down"],
    ["hello", "pad", "pad", "pad"],
    ["good", "morning", "pad", "pad"],
])
last_real = np.isin(words, ["down", "hello", "morning"])

show_grids(
    Grid(words, "lengths 4, 1, 2", last_real, rows=range(3), row_axis="batch", column_axis="seq"),
    description="Three sentences of 4, 1 and 2 words, padded to 4. "
    "Marked is the last real word of each: down, hello, morning.",
)

# %% [markdown]
# `last_valid(x, lengths)`: `(batch, seq, embed)`, `(batch,)` -> `(batch, embed)`
#
# `lengths` holds whole numbers from 1 to `seq`, as int64 or int32. `x` may have any dtype, which the result keeps, and
# may be a view of something else. Use torch alone and no loop over the batch. A loop waits for one sequence after the
# other, and a detour through NumPy cuts the thread along which gradients come back.
#
# *About 6 minutes. Medium.* The worked example and the cell that you completed are its close relatives.
#
# <details><summary>Hint 1</summary>
#
# One pick per sequence: which sequence, and which token of it? You need a list of places for each of these two axes.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The sequences are 0, 1, 2, ... up to the batch size. `torch.arange` makes them, and `x.shape[0]` knows how many.
#
# </details>
# <details><summary>Hint 3</summary>
#
# A sequence of length 4 has tokens 0, 1, 2, 3. So its last real token is not number 4. Index with both lists at once.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "last_valid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def last_valid(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """(batch, seq, embed), (batch,) -> (batch, embed): the vector of each sequence's last real token."""
    ### BEGIN SOLUTION
    sequences = torch.arange(x.shape[0])
    return x[sequences, lengths - 1]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "last_valid_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("last_valid")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close


def by_loop(x, lengths):
    return torch.stack([x[b, n - 1] for b, n in enumerate(lengths.tolist())])


# Labeled entries: 100 per sequence, 10 per token, 1 per feature. All sizes differ.
batch, seq, embed = 4, 6, 3
x = 100.0 * torch.arange(batch)[:, None, None] + 10 * torch.arange(seq)[:, None] + torch.arange(embed)
lengths = torch.tensor([2, 6, 1, 5])
outcome = call(last_valid, x, lengths)
assert close(outcome.result, by_loop(x, lengths)), "wrong for x of shape (4, 6, 3) and lengths 2, 6, 1, 5"
assert outcome.changed == (), "an input was changed"

torch.manual_seed(1201)
x = torch.randn(7, 5, 9, dtype=torch.float64)
lengths = torch.randint(1, 6, (7,))
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong for x of shape (7, 5, 9), float64"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "last_valid_edges", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(1202)


def by_loop(x, lengths):
    return torch.stack([x[b, n - 1] for b, n in enumerate(lengths.tolist())])


# As many sequences as tokens: nothing may be told apart by its size alone.
x, lengths = torch.randn(5, 5, 3), torch.tensor([3, 1, 5, 2, 2])
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong for batch == seq"

# Lengths as int32, all of one length, one sequence alone, vectors that hold zeros.
x, lengths = torch.randn(3, 4, 2), torch.tensor([4, 2, 3], dtype=torch.int32)
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong for int32 lengths"
x, lengths = torch.randn(3, 4, 2), torch.tensor([2, 2, 2])
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong where all lengths are equal"
x, lengths = torch.randn(1, 4, 2), torch.tensor([3])
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong for a batch of one"
x, lengths = torch.randn(3, 4, 2), torch.tensor([3, 4, 2])
x[0, 2] = 0
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong where a real token is all zeros"

# An x that is not contiguous.
x, lengths = torch.randn(4, 3, 2).transpose(0, 1), torch.tensor([4, 1, 2])
assert close(call(last_valid, x, lengths).result, by_loop(x, lengths)), "wrong for an x that is not contiguous"

# The work is one call, not one call per sequence.
few = call(last_valid, torch.randn(3, 4, 2), torch.tensor([1, 2, 3]), count_operations=True)
many = call(last_valid, torch.randn(43, 4, 2), torch.randint(1, 5, (43,)), count_operations=True)
assert few.error is None and many.error is None, "the call raised an error"
assert not many.repeats(few, added=40), "the work grows with the number of sequences: there is a loop over the batch"

# Gradients come back to exactly the tokens that were picked.
x, lengths, weights = torch.randn(3, 4, 2), torch.tensor([2, 4, 1]), torch.randn(3, 2)
gradient = call(last_valid, x, lengths, grad_weights=weights).gradients.get(0)
expected = torch.zeros(3, 4, 2)
for b, n in enumerate(lengths.tolist()):
    expected[b, n - 1] = weights[b]
assert close(gradient, expected), "gradients do not come back to x"
### END HIDDEN TESTS

# %% [markdown]
# ## Recap
#
# A shape reads from the outside in; shape and dtype together tell what a tensor costs.
#
# Integers and slices give views, masks and lists give copies, and two lists together pick one place per row.
#
# **Next:** [2 Operations](2_operations.ipynb), where tensors of different shapes meet.
