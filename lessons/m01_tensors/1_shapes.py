# %% [markdown]
# # Shapes: reading what a tensor holds
#
# A language model is built from **tensors**: arrays of numbers. The **shape** of a tensor says how many numbers it holds, and
# how they are arranged. Whoever reads shapes fluently can follow a model from its first line to its last. After this
# notebook you can
#
# - read a shape, and say what each of its numbers counts,
# - recognize the shapes that occur inside a language model,
# - tell how many numbers a tensor holds, and how many bytes they take,
# - pick out any word of any sentence, and say whether you hold the numbers themselves or a copy.
#
# About 20 minutes to read and run, plus 10 minutes for the two exercises.
#
# > **How it works.** Click a cell and press **Shift + Enter**: it runs, and the next one is chosen. *Run All Cells* in
# > the menu *Run* runs everything; nothing breaks if you do, and unsolved exercises wait for you.
# > You need Python's lists, loops and functions, and a first acquaintance with NumPy. Nothing else is assumed: each
# > new word stands in **bold** where it is explained, and all of them are in the [glossary](glossary.md).
# > Where a cell is folded, it only draws the picture below it. Click the three dots to read it.

# %%
import numpy as np
import torch

from shapewise import (
    Grid, expect, explore_dimensions, explore_indexing, explore_pipeline, progress, show_grids, word_vectors,
)

# %% tags=["demonstration"]
progress("1_shapes")

# %% [markdown]
# This panel keeps track of the two exercises of this notebook.
#
# From time to time a question asks you to **predict**. Choose an answer before you unfold it. A wrong guess that you
# made yourself teaches more than a right answer that you read.
#
# ## Where this module takes you
#
# | notebook | afterwards you can |
# |---|---|
# | [1 Shapes](1_shapes.ipynb) | read a shape and say what each axis stands for; recognize the shapes that occur in language models |
# | [2 Operations](2_operations.ipynb) | do elementwise work, matrix products and broadcasting; convert between NumPy and torch |
# | [3 PyTorch](3_pytorch.ipynb) | move tensors between CPU and GPU; choose a dtype; let torch compute gradients |
# | [4 Layout](4_layout.ipynb) | cut a tensor into heads, and know what happens in memory |
# | [5 Attention](5_attention.ipynb) | compute attention, the core of a transformer, and see what it looks at |
# | [6 Build](6_build.ipynb) | assemble a block of a transformer from functions that you wrote yourself, and repair what breaks |

# %% [markdown]
# ## What a tensor is
#
# A tensor is an n-dimensional array of numbers. A single number is one. So is a row of numbers, a table of
# numbers, and a stack of tables. They differ in how many directions there are to walk in. Each direction is called an
# **axis**. The functions of torch call the number of an axis **dim**, and those of NumPy call it `axis`.
#
# You know this object from NumPy. A torch tensor feels like a NumPy array, and adds two things:
#
# - it can live on a GPU, a processor made for much arithmetic at once,
# - it can remember how it was computed. Then torch can say how the result would change if a number changed a little:
#   the **gradient**. Getting it without work of your own is called **automatic differentiation**.
#
# These two are what makes training possible. Everything else about tensors you can learn with the NumPy that you know.

# %% tags=["nbval-check-output"]
in_numpy = np.array([1.0, 2.0, 3.0])
in_torch = torch.tensor([1.0, 2.0, 3.0])

print("NumPy  ", in_numpy * 2, "  shape", in_numpy.shape)
print("torch  ", in_torch * 2, "  shape", in_torch.shape)

# %% [markdown]
# The shape lists how long each axis is. Torch prints it as `torch.Size([3])`. That is a Python tuple under
# another name: it compares equal to `(3,)`.

# %% [markdown]
# ## Why a language model needs tensors
#
# There are three reasons.
#
# 1. **Text becomes vectors of numbers.** Letters cannot be multiplied. So text is cut into **tokens**, each a word or
#    a piece of one, and every token turns into a row of numbers: its **embedding**.
# 2. **Several sequences are processed as one batch.** A GPU is fast when it gets much to do at once. So a number of
#    sentences, a **batch**, is stacked, and one call handles all of them.
# 3. **Embeddings, attention and layers can all be written as matrix products**: rows of one table (a **matrix**) meet
#    columns of another. A **layer** is one step that changes every token's vector. It does so with numbers of its own,
#    its **weights**, which training adjusts. In **attention** the tokens look at each other. You will build both, and
#    tensors are what they take and give. Today's language models are **transformers**: stacks of **blocks**, each of
#    them attention and two layers.
#
# Here is the first reason as a picture. *The cat sat on the mat* is the sentence of this course. Its numbers are real:
# `word_vectors` knows 200 English words, with 16 numbers for each, learned from billions of words of text. The place of a
# word in that list is its **id**.

# %%
sentence = ["the", "cat", "sat", "on", "the", "mat"]
words, vectors = word_vectors()

ids = [words.index(word) for word in sentence]
x = vectors[ids]  # the vector of each word, in the order of the sentence
print("ids  ", ids)
print("shape", tuple(x.shape))
assert x.shape == (6, 16) and len(words) == 200

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
show_grids(
    Grid(
        [[*(f"{number:.1f}".replace("-0.0", "0.0").replace("-", "−") for number in row[:6].tolist()), "…"] for row in x],
        "the first 6 of 16 numbers",
        rows=sentence,
        row_axis="seq",
        column_axis="embed",
    ),
    description="Six rows, one for each token of the cat sat on the mat, with the first six of sixteen numbers each. "
    "The first row and the fifth are equal: both are the word the.",
)

# %% [markdown]
# This tensor has shape `(6, 16)`. The first axis counts tokens and is called **seq**. The second counts the numbers of
# one token and is called **embed**; each of these numbers is a **feature** of the token. A third axis, **batch**, stands
# in front as soon as there are several sentences. These three names will be with you through the whole course. Both rows
# of *the* are equal: the same word has the same embedding, wherever it stands.
#
# Pictures, and code elsewhere, also write **a letter for each axis**: `B` for batch, `T` for seq (tokens come one after
# the other, in time) and `D` for embed. Libraries say `seq_len` and `embed_dim`, too.

# %% [markdown]
# ## From no axis to three
#
# Move the slider, or click a dot. Watch how each step takes several of what came before and lines them up along a new axis.

# %% tags=["demonstration"]
explore_dimensions()

# %% [markdown]
# A single number is a **scalar**, a row of numbers a vector, a table a matrix.
#
# A shape reads from the outside in. `(2, 3)` says: two rows, each of three numbers. `(4, 32, 64)` says: four
# sequences, each of 32 tokens, each of 64 numbers. So the **last** axis always counts the innermost things, the single
# numbers that stand side by side.
#
# **Predict.** What is the shape of `torch.tensor([[[1, 2], [3, 4], [5, 6]]])`?
#
# <details><summary><code>(3, 2)</code></summary>
#
# Tempting: there are three pairs, and you see them. But the text opens with three brackets, and each bracket is an
# axis. The outermost one holds a single thing: the table of three pairs. An axis of length 1 is an axis all the same.
#
# </details>
# <details><summary><code>(1, 3, 2)</code></summary>
#
# Right. The outer bracket holds one table, the table holds three rows, a row holds two numbers.
#
# </details>
# <details><summary><code>(2, 3, 1)</code></summary>
#
# Tempting: these are the right lengths, read from the inside out. A shape goes the other way. The outermost axis comes
# first.
#
# </details>
# <details><summary><code>(6,)</code></summary>
#
# Tempting: there are 6 numbers. That is the number of elements. The shape also says how they are arranged.
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
# > length 768. When people say a tensor "is 3D", they mean that it has three axes. This course says *axis*.

# %% tags=["nbval-check-output"]
for t in (torch.tensor(5.0), torch.tensor([5.0]), torch.tensor([[5.0]])):
    print(f"ndim {t.ndim}   shape {tuple(t.shape)!s:7}  {t!r}")

# %% [markdown]
# One number, three tensors. `()` is a scalar and has no axis at all. `(1,)` is a vector that happens to hold one
# number. `(1, 1)` is a matrix of one row and one column. In a model the difference matters. The **loss**, the one
# number that says how wrong a model is, has shape `()`. And a batch of one sequence still has its batch axis.

# %% [markdown]
# ## The same in NumPy
#
# Here are the same four kinds of tensor in NumPy. What holds for an array's shape holds for a tensor's, word for word:

# %% tags=["nbval-check-output"]
scalar = np.array(5)
vector = np.array([1, 2, 3, 4, 5])
matrix = np.array([[1, 2, 3], [4, 5, 6]])
stack = np.arange(24).reshape(2, 3, 4)

for name, array in [("scalar", scalar), ("vector", vector), ("matrix", matrix), ("stack", stack)]:
    print(f"{name:6}   ndim {array.ndim}   shape {array.shape}")
print(stack)
assert stack.size == 2 * 3 * 4 == 24

# %% [markdown]
# `np.arange(24)` counts from 0 to 23, and `reshape(2, 3, 4)` arranges these 24 numbers as two tables of three rows and
# four columns. Shapes multiply: 2 × 3 × 4 = 24. The numbers fill the last axis first.
#
# Axes have numbers, too. Counted from the left they are 0, 1, 2. Counted from the right they are -1, -2, -3. Model code
# prefers to count from the right: `-1` means "the numbers of one token", whether or not a batch axis stands in front.
#
# Which numbers does a sum add up? Those along the axis that you name. Everything else stays.

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
table = np.arange(12).reshape(3, 4)
row, column = np.zeros((3, 4), bool), np.zeros((3, 4), bool)
row[0], column[:, 0] = True, True
show_grids(
    Grid(table, "axis -1: along a row", row, row_axis="seq", column_axis="embed"),
    Grid(table.sum(axis=-1)[:, None], "table.sum(axis=-1)", [[True], [False], [False]], row_axis="seq"),
    Grid(table, "axis 0: down a column", column, row_axis="seq", column_axis="embed"),
    Grid(table.sum(axis=0), "table.sum(axis=0)", [True, False, False, False], column_axis="embed"),
    description="A table of 3 rows and 4 columns. The sum over axis -1 adds up each row and leaves three numbers, 6, 22 "
    "and 38. The sum over axis 0 adds up each column and leaves four, 12, 15, 18 and 21.",
)

# %% tags=["nbval-check-output"]
print("stack             ", stack.shape)
print("sum over axis -1  ", stack.sum(axis=-1).shape)
print("sum over axis 0   ", stack.sum(axis=0).shape)

# %% [markdown]
# > **Rule.** A sum, a mean or a maximum over an axis makes that axis disappear. The others stay, in their order.

# %% [markdown]
# ## The shapes inside a language model
#
# The list of all tokens that a model knows is its **vocabulary**; the axis that counts them is called **vocab** (in
# libraries, `vocab_size`). Three kinds of tensors come up everywhere:
#
# | shape | what it holds | where it occurs |
# |---|---|---|
# | `(vocab,)` | one score per word of the vocabulary | the answer to "which word comes next?" |
# | `(seq, embed)` | one vector per token | one sequence on its way through the model |
# | `(batch, seq, embed)` | one vector per token, several sequences at once | what each block of a transformer takes, and gives |

# %% tags=["nbval-check-output"]
vocab, batch, seq, embed = 100, 4, 32, 64

scores = torch.randn(vocab)  # random numbers stand in for what a model computes
sequence = torch.randn(seq, embed)
sequences = torch.randn(batch, seq, embed)

print("scores     ", tuple(scores.shape))
print("sequence   ", tuple(sequence.shape))
print("sequences  ", tuple(sequences.shape))

# %% [markdown]
# The lengths change from model to model. The meaning of the places does not. So read every shape aloud with the names
# of its axes: "4 sequences, 32 tokens each, 64 numbers per token".
#
# Now follow one batch through a model, from token ids to a score for each word. The middle of it is a **preview**.
# Notebooks 4 to 6 build it; for now, count the axes. A few words are enough to read along:
#
# - In attention, a token that looks is a **query**, and a token that is looked at is a **key**.
# - The **attention weights** say how much each query takes from each key. What it takes is the key's **value**.
# - A **head** is one such table of weights. Several heads (`H`) work side by side, each on its own part of *embed*. That
#   part's length is called **head_dim**.
# - A **mask** says which places count. The **causal mask** hides all later tokens, because a model that is to guess the
#   next word must not see it.
# - The **logits** are the scores at the end, before anything is done to make them probabilities.

# %% tags=["demonstration"]
explore_pipeline()

# %% [markdown]
# Two things to notice.
#
# - **Token IDs to embeddings:** every whole number is replaced by a vector. So the shape stays, and a new axis appears
#   at the end.
# - **Attention:** the axis *seq* stands there twice, once for the queries and once for the keys. And all of it once per
#   head.
#
# **Predict.** Those attention weights have shape `(2, 2, 4, 4)`. Now double the length of the sequences from 4 to 8.
# How many weights are there then, compared with before?
#
# <details><summary>As many</summary>
#
# Tempting: the number of sequences and of heads stays. But two axes of this shape are *seq*, and both of them grow.
#
# </details>
# <details><summary>Twice as many</summary>
#
# Tempting: this is true of the embeddings, where *seq* occurs once. Here it occurs twice.
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
# float32 rounded the last digits. For a weight this is close enough.
#
# Token IDs are smaller: float32 could hold each of them exactly. But an ID is a place in a table, and a place is a
# whole number. Torch takes nothing else as an index:

# %% tags=["nbval-check-output"]
try:
    vectors[torch.tensor([0.0, 3.0])]
except IndexError as error:
    print("IndexError:", error)
assert torch.tensor(2.0**24 - 1).item() == 2**24 - 1  # float32 is exact up to here, and no vocabulary is that large

# %% [markdown]
# **Predict.** `np.zeros((4, 8))` holds 4 tokens of 8 numbers each. How many bytes do its numbers take?
#
# <details><summary>32</summary>
#
# Tempting: 4 × 8 = 32 is the number of elements. But each of them takes several bytes.
#
# </details>
# <details><summary>128</summary>
#
# Tempting: 32 elements of 4 bytes would be float32, and it is what `torch.zeros(4, 8)` makes. NumPy makes something
# else when you do not say which dtype you want.
#
# </details>
# <details><summary>256</summary>
#
# Right. NumPy makes float64 by default: 32 elements of 8 bytes.
#
# </details>

# %% tags=["nbval-check-output"]
by_default = np.zeros((4, 8))
as_float32 = np.zeros((4, 8), dtype=np.float32)

for array in (by_default, as_float32):
    print(array.dtype, "  shape", array.shape, "  elements", array.size, "  bytes", array.nbytes)
assert by_default.nbytes == 256 and as_float32.nbytes == 128

# %% [markdown]
# > **Rule.** bytes = number of elements × bytes per element.
#
# > **Watch out.** NumPy makes float64 by default, torch makes float32. And `size` is a trap: in NumPy `x.size` is the
# > number of elements, while in torch `x.size()` is a method that returns the shape. Ask torch for `x.numel()`.

# %% tags=["nbval-check-output"]
ids = torch.tensor([0, 33, 68, 5, 0, 51])

for t in (torch.zeros(4, 8), ids, ids > 50):
    print(f"{t.dtype!s:13}  elements {t.numel():2}, {t.element_size()} bytes each: {t.nbytes}")

# %% [markdown]
# A comparison gave a third dtype. **bool** holds `True` and `False`, one byte each. Masks are made of it.
#
# Now the same arithmetic on something real. GPT-2, in its smallest size, knows 50,257 tokens and gives each of them
# 768 numbers. How much memory does this one table take?

# %% tags=["nbval-check-output"]
megabytes = 50_257 * 768 * 4 / 1e6
print(f"{megabytes:.0f} MB in float32")
assert round(megabytes) == 154

# %% [markdown]
# ### Exercise: describe
#
# Tell in five facts what a tensor is.
#
# `describe(t)`: a tensor of any shape and any dtype → a dictionary with these five entries:
#
# | name | what it holds | for `torch.zeros(4, 8)` |
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


expect(lambda: bytes_of(torch.tensor([[0, 33, 68], [5, 0, 51]])), 48)
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
# For practice we take the numbers 0 to 23 as 2 sequences (*batch*) of 3 tokens (*seq*) with 4 numbers each (*embed*).
# From every number you can tell where it came from.
#
# `x[0, 1]` is token 1 of sequence 0: one vector. Every whole number in an index chooses a place on its axis, and that
# axis is gone from the result. An axis that you do not mention, or mention with `:`, stays whole. The picks that a
# language model lives on:

# %% tags=["nbval-check-output"]
x = np.arange(24).reshape(2, 3, 4)
picks = {
    "x[0, 1]": x[0, 1],
    "x[:, 0, :]": x[:, 0, :],
    "x[:, 0]": x[:, 0],
    "x[:, -1]": x[:, -1],
    "x[0, -1, :]": x[0, -1, :],
    "x[..., -1]": x[..., -1],
    "x[-1, -1, -1]": x[-1, -1, -1],
    "x[x > 10]": x[x > 10],
}
for name, pick in picks.items():
    print(f"{name:14} shape {pick.shape!s:7} {pick.tolist()}")

# %% [markdown]
# - `x[:, 0]` takes the **first token of every sequence**. The axis *seq* is gone, *batch* and *embed* stay: `(2, 4)`.
#   Written out it is `x[:, 0, :]`.
# - `x[:, -1]` takes the **last token of every sequence**. From its vector a model guesses the next word, so this is the
#   most used index of all. `x[0, -1, :]` is the same for sequence 0 alone.
# - `x[..., -1]` takes the **last number of every token**. The three dots stand for all axes in front, however many.
# - `x[-1, -1, -1]` counts from the end on every axis. The last number of the last token of the last sequence is 23, and
#   it has no axis left.
# - `x[x > 10]` is different. `x > 10` is a boolean mask of the same shape as `x`. Used as an index it keeps the numbers
#   where the mask is `True`. What is left has no rows or columns any more, so the result is a vector.
#
# `x[:, -1]` and `x[..., -1]` are easily mixed up. See what each picks:

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
tables = []
for name in ("x[:, -1]", "x[..., -1]"):
    held = np.isin(x, picks[name])
    for b in (0, 1):
        caption = f"{name}, sequence {b}"
        tables.append(Grid(x[b], caption, held[b], row_axis="seq", column_axis="embed"))
show_grids(
    *tables,
    description="Both sequences of x, twice. x[:, -1] marks the last row of each: the last token. x[..., -1] marks the last "
    "column of each: the last number of every token.",
)

# %% [markdown]
# A whole number drops its axis. A slice of length one keeps it. In a model that takes a batch, this difference decides
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
# <details><summary>-1</summary>
#
# Right. `first` has a shape of its own, but it looks at the memory of `x`.
#
# </details>
# <details><summary>Still 0</summary>
#
# Tempting: Python lists work that way, and a slice of a list is a new list. NumPy and torch hand out a window instead,
# since copying large tensors would be slow.
#
# </details>
# <details><summary>It raises an error</summary>
#
# Tempting: `first` does not own its numbers. But it may write to them.
#
# </details>

# %% tags=["nbval-check-output"]
x = np.arange(24).reshape(2, 3, 4)
first = x[:, 0]
first[0, 0] = -1

print("x[0, 0, 0] is now", x[0, 0, 0])
assert x[0, 0, 0] == -1

# %% [markdown]
# A tensor that looks at the memory of another is called a **view** of it. One with numbers of its own is a **copy**.
#
# NumPy can tell whether two arrays share memory. So we ask it about every way of picking that you have seen, and about
# one more: a list of places.

# %% tags=["nbval-check-output"]
x = np.arange(24).reshape(2, 3, 4)
picks = {
    "x[0, 1]": x[0, 1],
    "x[:, -1]": x[:, -1],
    "x[..., -1]": x[..., -1],
    "x[0:1, ::2]": x[0:1, ::2],
    "x[-1, -1, -1]": x[-1, -1, -1],
    "x[x > 10]": x[x > 10],
    "x[:, [0, 2]]": x[:, [0, 2]],
}
for name, pick in picks.items():
    print(f"{name:14}", "view" if np.shares_memory(x, pick) else "copy")

# %% [markdown]
# > **Rule.** Whole numbers and slices give a view. A mask or a list of places gives a copy.
#
# The reason is in the pattern. Whole numbers and slices pick in even steps, and a window can be laid over that. A mask
# or a list may pick anything, so the numbers have to be gathered in a new place.
#
# There is one exception. If no axis is left at all, as in `x[-1, -1, -1]`, NumPy hands you a number and not an array. A
# number is a copy. Torch keeps to the rule: there, even this is a tensor of shape `()` that views `x`.

# %% tags=["nbval-check-output"]
t = torch.arange(24).reshape(2, 3, 4)
last = t[-1, -1, -1]
last.fill_(-1)

print("last is", repr(last), "and the end of t is", t[-1, -1])
assert t[-1, -1, -1] == -1

# %% [markdown]
# **Writing** is another matter. With an index on the left of `=`, the numbers go into `x` itself, whatever kind of
# index it is. Everybody who holds a view of `x` sees them change.

# %% tags=["nbval-check-output"]
x[x > 10] = 0
print(x)

# %% [markdown]
# Now try twenty of your own. Here is torch, with the same 24 numbers in `x`. Type an index, and say the shape first: tick
# *Predict first*, and the picture waits for you. Can you get `(2, 4)` once as a view and once as a copy?

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
# Tempting: slices combine like this, every row with every column. Lists do not. They go side by side, like `zip`.
#
# </details>
# <details><summary>Three numbers: one from each row</summary>
#
# Right. They are `scores[0, 4]`, `scores[1, 0]` and `scores[2, 3]`.
#
# </details>
# <details><summary>Six numbers</summary>
#
# Tempting: there are six places in the two lists. But one place needs a row and a column, so two lists of three make
# three places.
#
# </details>

# %% tags=["nbval-check-output"]
scores = torch.arange(15).reshape(3, 5) * 10

rows = torch.arange(3)  # step 1: the row of each pick
columns = torch.tensor([4, 0, 3])  # step 2: the column of each pick
picked = scores[rows, columns]  # step 3: both lists at once

print("picked", picked, "  shape", tuple(picked.shape))
assert picked.tolist() == [40, 50, 130]

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
chosen = torch.zeros(3, 5, dtype=torch.bool)
chosen[rows, columns] = True

show_grids(
    Grid(scores, "scores[rows, columns]", chosen, rows=range(3), columns=range(5)),
    description="A table of 3 rows and 5 columns. "
    "Marked are column 4 of row 0, column 0 of row 1 and column 3 of row 2.",
)

# %% [markdown]
# In training, a row holds one score per word of the vocabulary, and the column is the word that really came next.
# Exactly this pick is at the heart of the loss.
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
# `x[:, -1]` is the last token of every sequence, if all are equally long. Sentences are not, and a tensor cannot be
# ragged. So short sentences are filled up with **padding** at the end, and a list of lengths remembers where the real
# tokens stop. To say what comes next, a model needs the last real token.

# %% jupyter={"source_hidden": true}
# Draws the picture below.
sentences = np.array([
    ["the", "cat", "sat", "down"],
    ["hello", "pad", "pad", "pad"],
    ["good", "morning", "pad", "pad"],
])
last_real = np.isin(sentences, ["down", "hello", "morning"])

show_grids(
    Grid(sentences, "lengths 4, 1, 2", last_real, rows=range(3), row_axis="batch", column_axis="seq"),
    description="Three sentences of 4, 1 and 2 words, padded to 4. "
    "Marked is the last real word of each: down, hello, morning.",
)

# %% [markdown]
# `last_valid(x, lengths)`: `(batch, seq, embed)`, `(batch,)` → `(batch, embed)`
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
# Whole numbers and slices give views, masks and lists give copies, and two lists together pick one place per row.
#
# **Next:** [2 Operations](2_operations.ipynb), where tensors of different shapes meet. All words: [glossary](glossary.md).
#
# **Done for now?** Your work lies beside this notebook, and what passed is remembered. `!shapewise hand-in`, in a cell of
# its own, makes what you hand in and says what is in it.
