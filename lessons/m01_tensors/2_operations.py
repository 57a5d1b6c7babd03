# %% [markdown]
# # Operations: how tensors meet
#
# In notebook 1 every tensor stood alone. A model lets them meet: number by number, row by column, small with large. After
# this notebook you can
#
# - tell `*` from `@`, and know the shape of either before you run it,
# - multiply whole batches of matrices in one call,
# - predict what happens when two shapes differ, and when torch refuses,
# - join tensors, and add or drop an axis of length 1,
# - move data between NumPy and torch, and know when both look at the same memory.
#
# About 20 minutes to read and run, plus 15 minutes for the three exercises. New words stand in **bold** where they are
# explained; all are in the [glossary](glossary.md). Before this: [1 Shapes](1_shapes.ipynb).

# %%
import numpy as np
import torch

from shapewise import Grid, expect, explore_broadcast, explore_matmul, progress, show_grids, word_vectors

# %% tags=["demonstration"]
progress("2_operations")

# %% [markdown]
# ## Elementwise: each number on its own
#
# An **elementwise** operation takes two tensors of the same shape and combines the numbers that stand in the same
# place. Or it takes one tensor and changes every number on its own. The shape never changes. In a transformer, adding
# a layer's output to its input is elementwise. So is every **activation function**, the bend between two layers: `relu`,
# for one, turns each negative number into 0 and leaves the others.
#
# **Predict.** `a = np.array([1, 2, 3])` and `b = np.array([4, 5, 6])`. What is `a * b`?
#
# <details><summary><code>[4, 10, 18]</code></summary>
#
# Right. `*` multiplies place by place.
#
# </details>
# <details><summary>32</summary>
#
# Tempting: 1 × 4 + 2 × 5 + 3 × 6 = 32 multiplies in the same way, and then adds up. That is the **dot product**. It is
# written `@`.
#
# </details>
# <details><summary><code>[1, 2, 3, 1, 2, 3, ...]</code></summary>
#
# Tempting: a Python list repeats when you multiply it. An array holds numbers, and calculates with them.
#
# </details>

# %% tags=["nbval-check-output"]
a = np.array([1, 2, 3])
b = np.array([4, 5, 6])

print("a + b      ", a + b)
print("a * b      ", a * b)
print("a ** b     ", a**b)
print("np.exp(a)  ", np.exp(a).round(2))
print("a @ b      ", a @ b)
assert (a * b).tolist() == [4, 10, 18] and a @ b == 32

# %% [markdown]
# `a ** b` is the power: 1 to the 4th, 2 to the 5th, 3 to the 6th. `a @ b` is the **dot product**: multiply place by
# place, then add up. Torch says it all in the same words:

# %% tags=["nbval-check-output"]
s = torch.tensor([1, 2, 3])
t = torch.tensor([4, 5, 6])

print("s + t         ", s + t)
print("s * t         ", s * t)
print("s ** t        ", s**t)
print("torch.exp(s)  ", torch.exp(s))
print("s @ t         ", s @ t)

# %% [markdown]
# `exp` makes a positive number out of every number, and it makes large ones much larger. **Softmax** is built on it: it
# turns a row of scores into positive weights that sum to 1. Notebook 5 takes its time with it.
#
# ### What a dot product says
#
# Two vectors that point the same way have a large dot product. If they point in opposite ways it is negative. So it
# measures how alike two words are:

# %% tags=["nbval-check-output"]
words, vectors = word_vectors()  # 200 words, 16 numbers each

cat = vectors[words.index("cat")]
for word in ["cat", "dog", "rabbit", "king", "tea", "the"]:
    print(f"cat @ {word:7} {cat @ vectors[words.index(word)]:6.1f}")
assert cat @ vectors[words.index("dog")] > 10 and cat @ vectors[words.index("the")] < 0

# %% [markdown]
# Nobody told these vectors what an animal is. They were trained on which words stand near which in texts, and *cat* and
# *dog* stand near the same ones. (Longer vectors have larger dot products with everything. *rabbit* is a little longer
# than *cat*, and so beats *cat* itself.) Change the first word, or the list, and run the cell again. `words` shows all
# 200.

# %% [markdown]
# ## The matrix product
#
# Most of a language model's time goes into matrix products. Attention is two of them. Every **linear layer** is one: it
# multiplies each token's vector by a matrix of weights.
#
# In `A @ B`, one **row** of `A` meets one **column** of `B`. Their dot product makes **one** number of the result.

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])

show_grids(
    Grid(A, "row 0 of A", [[True, True], [False, False]]),
    "@",
    Grid(B, "column 1 of B", [[False, True], [False, True]]),
    "=",
    Grid(A @ B, "1 × 6 + 2 × 8 = 22", [[False, True], [False, False]]),
    description="Row 0 of A, 1 and 2, meets column 1 of B, 6 and 8. "
    "This makes 22 in row 0, column 1 of the result.",
)

# %% [markdown]
# **Predict.** A tensor of shape `(2, 3)` meets one of shape `(3, 4)`. What is the shape of their product `@`?
#
# <details><summary><code>(2, 4)</code></summary>
#
# Right. Two rows meet four columns: 2 × 4 numbers.
#
# </details>
# <details><summary><code>(3, 3)</code></summary>
#
# Tempting: 3 is the number that both shapes share. But the two 3s are the length of a row and of a column. Adding up
# uses them up. What is left are the outer sizes.
#
# </details>
# <details><summary><code>(2, 3, 4)</code></summary>
#
# Tempting: every row, every place and every column do meet, in 2 × 3 × 4 = 24 multiplications. But the sum over the
# places makes one number out of three.
#
# </details>
# <details><summary>An error: the shapes differ</summary>
#
# Tempting: elementwise operations want the same shape. A matrix product wants only the inner sizes to agree, and 3 is 3.
#
# </details>

# %% tags=["nbval-check-output"]
left, right = torch.ones(2, 3), torch.ones(3, 4)

print((left @ right).shape)
print(left @ right)
assert (left @ right).shape == (2, 4)

# %% [markdown]
# > **Rule.** `(m, n) @ (n, p) -> (m, p)`. The inner sizes must agree, and they disappear. The outer sizes stay.
#
# The reason for the rule is the sum: a row of `n` numbers can be multiplied place by place with a column of `n`
# numbers only. If the sizes differ, some number has no partner, and torch refuses.

# %% tags=["nbval-check-output"]
try:
    torch.ones(2, 3) @ torch.ones(4, 2)
except RuntimeError as error:
    print(error)

# %% [markdown]
# Point at a number of the product: its row, its column and the running sum light up. Then make the two shapes clash.
# Swapping the rows and columns of one of them often helps. That is called a **transpose**. Which one does it here?

# %% tags=["demonstration"]
explore_matmul()

# %% [markdown]
# There are three ways to write the product. `@` and `matmul` are the same operation. NumPy's `dot` agrees with them as
# long as both have two axes. With more axes it does something else, and torch's `dot` takes vectors only. So we write
# `@` everywhere.

# %% tags=["nbval-check-output"]
A = np.array([[1, 2], [3, 4]])
B = np.array([[5, 6], [7, 8]])

print("A @ B           ", (A @ B).tolist())
print("np.matmul(A, B) ", np.matmul(A, B).tolist())
print("np.dot(A, B)    ", np.dot(A, B).tolist())
print("torch           ", (torch.tensor(A) @ torch.tensor(B)).tolist())
print("A * B           ", (A * B).tolist(), " <- elementwise, not the product")
assert (A @ B)[0, 1] == 1 * 6 + 2 * 8 == 22

# %% [markdown]
# ### Our sentence meets itself
#
# *The cat sat on the mat* is `(seq, embed)`, here `(6, 16)`. Its transpose is `(16, 6)`. Their product has one dot
# product for each pair of words: `(6, 6)`. `.mT` swaps the last two axes of a tensor.

# %% tags=["nbval-check-output"]
sentence = ["the", "cat", "sat", "on", "the", "mat"]
ids = torch.tensor([words.index(word) for word in sentence])
x = vectors[ids]
alike = x @ x.mT

print("x     ", tuple(x.shape))
print("x.mT  ", tuple(x.mT.shape))
print("alike ", tuple(alike.shape))
assert alike.shape == (6, 6)

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
show_grids(
    Grid(alike.round().int(), "x @ x.mT, rounded", alike > 4, sentence, sentence),
    description="A table of six rows and six columns with the dot product of each word with each. Above 4, and marked, are "
    "each word with itself, the two thes with each other and with on, sat with mat, and cat with mat.",
)

# %% [markdown]
# Each row is a word and asks: who is like me? *the* finds *the* and *on*, two words that carry little meaning of their
# own. *mat* finds *sat* and, less so, *cat*. This table is the first step of attention, and you will meet it again.
#
# The rows of a model's tensors are tokens, and *embed* is the inner size that is used up. `(seq, embed)` times
# `(embed, vocab)` is `(seq, vocab)`: one score per token and word of the vocabulary.
#
# Even looking up an embedding can be written as a product. Give each token a row of zeros with a single 1, at the place
# of its word. Such a row is called **one-hot**. As a row of a product it picks out one row of the table:

# %% tags=["nbval-check-output"]
one_hot = torch.nn.functional.one_hot(ids, len(words)).float()

print("one_hot", tuple(one_hot.shape), "@ vectors", tuple(vectors.shape), "->", tuple((one_hot @ vectors).shape))
print("the same as vectors[ids]:", torch.equal(one_hot @ vectors, vectors[ids]))
assert torch.equal(one_hot @ vectors, vectors[ids])

# %% [markdown]
# Indexing gets there without multiplying by all the zeros. That is why models index.

# %% [markdown]
# ## A batch of matrix products
#
# A model has many sequences, and attention has many heads. So it needs many products at once.
#
# **Predict.** What is the shape of `(4, 3, 2) @ (4, 2, 5)`?
#
# <details><summary><code>(4, 3, 5)</code></summary>
#
# Right. The last two axes multiply as always, `(3, 2) @ (2, 5)`. The 4 counts pairs: first with first, second with
# second.
#
# </details>
# <details><summary><code>(4, 3, 4, 5)</code></summary>
#
# Tempting: this pairs every left matrix with every right one, 16 products in all, and NumPy's `dot` does so. `@` walks
# through both stacks together.
#
# </details>
# <details><summary>An error: a matrix has two axes</summary>
#
# Tempting: mathematics stops there. `@` reads the last two axes as the matrix and whatever stands in front of them as a
# stack.
#
# </details>

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
left = rng.normal(size=(4, 3, 2))
right = rng.normal(size=(4, 2, 5))
product = left @ right

print("NumPy ", product.shape)
print("torch ", tuple((torch.tensor(left) @ torch.tensor(right)).shape))
print("pair 2 alone gives the same:", np.allclose(product[2], left[2] @ right[2]))
assert product.shape == (4, 3, 5)

# %% [markdown]
# > **Rule.** In `@` the last two axes follow `(m, n) @ (n, p)`. All axes in front of them count the products.
#
# In attention this is `(batch, heads, seq, head_dim) @ (batch, heads, head_dim, seq)`: one table of scores per sequence
# and head, all in one call.
#
# Two stacks, pair by pair. Point into the third matrix of the product: which two made it? Then delete the 4 of B: a single
# matrix serves every matrix on the left. A layer works like this. It has one weight matrix for all sequences of a batch.

# %% tags=["demonstration"]
explore_matmul((4, 3, 2), (4, 2, 5))

# %% [markdown]
# ## Broadcasting: the rules
#
# A layer adds the same numbers to every token, one to each of the places of its vector: its **bias**. The tokens have
# shape `(batch, seq, embed)`, the bias has shape `(embed,)`. You could repeat the bias until the shapes agree.
# **Broadcasting** acts as if you had, and copies nothing.
#
# > **Rule.** Write both shapes one below the other, **aligned from the right**. Then look at each pair of lengths:
# >
# > 1. A length that is missing on the left counts as 1.
# > 2. Two lengths fit if they are **equal**, or if **one of them is 1**. The 1 is stretched to the other length.
# > 3. If any pair does not fit, the operation is refused.
#
# Take `(4, 1, 3)` and `(5, 3)`:
#
# | | axis -3 | axis -2 | axis -1 |
# |---|---|---|---|
# | A | 4 | 1 | 3 |
# | B | 1 (missing) | 5 | 3 |
# | fits? | yes: B is stretched | yes: A is stretched | yes: equal |
# | result | **4** | **5** | **3** |

# %% tags=["demonstration"]
explore_broadcast()

# %% [markdown]
# Type shapes of your own, and point at a cell of the result to see which two cells made it. Tick *Predict first*, and
# the result waits until you have typed yours. Where two shapes clash, the explorer offers ways to make them fit.
#
# ### Try this
#
# Each of these five pairs is one click away in the explorer. Tick *Predict first*, then decide: which shape comes out,
# or which axis clashes?
#
# <details><summary><code>(4, 1)</code> with <code>(1, 3)</code></summary>
#
# `(4, 3)`. Both are stretched, each along the axis where it has 1. A column meets a row, and a table comes out.
#
# </details>
# <details><summary><code>(3, 4)</code> with <code>(1,)</code></summary>
#
# `(3, 4)`. A single number goes everywhere.
#
# </details>
# <details><summary><code>(2, 3)</code> with <code>(2, 3)</code></summary>
#
# `(2, 3)`. Nothing needs to be stretched. This is plain elementwise work.
#
# </details>
# <details><summary><code>(3, 4)</code> with <code>(2, 4)</code></summary>
#
# Refused. The last axes agree. The first ones, 3 against 2, differ, and neither is 1.
#
# </details>
# <details><summary><code>(32, 10, 64)</code> with <code>(64,)</code></summary>
#
# `(32, 10, 64)`. One bias of 64 numbers, added to each of 10 tokens in each of 32 sequences.
#
# </details>

# %% tags=["nbval-check-output"]
try:
    torch.zeros(3, 4) + torch.zeros(2, 4)
except RuntimeError as error:
    print(error)
assert torch.broadcast_shapes((4, 1), (1, 3)) == (4, 3) and torch.broadcast_shapes((3, 4), (1,)) == (3, 4)
assert torch.broadcast_shapes((2, 3), (2, 3)) == (2, 3) and torch.broadcast_shapes((32, 10, 64), (64,)) == (32, 10, 64)

# %% [markdown]
# Torch's message repeats the rule in its own words. "Non-singleton" means: a length that is not 1. "Dimension 0"
# counts axes from the left of the aligned shapes.

# %% [markdown]
# ## Broadcasting at work
#
# First a table and a row: the row is added to every row of the table. Then the same with more axes.

# %%
table = np.arange(12).reshape(4, 3)
row = np.array([100, 200, 300])

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
show_grids(
    Grid(table, "(4, 3)"), "+", Grid(row, "(3,)", row > 0), "=", Grid(table + row, "(4, 3)"),
    description="A table of 4 rows and 3 columns, plus a row of 100, 200 and 300. "
    "The row is added to each of the 4 rows.",
)

# %% tags=["nbval-check-output"]
stack = np.zeros((2, 4, 3))

print("(4, 3) + (3,)            ", (table + row).shape)
print("(2, 4, 3) * (1, 1, 1)    ", (stack * np.ones((1, 1, 1))).shape)
print("(2, 4, 3) + (3,)         ", (stack + row).shape)

tokens = torch.randn(4, 32, 64)  # batch, seq, embed
bias = torch.randn(64)  # embed
print("(4, 32, 64) + (64,)      ", tuple((tokens + bias).shape))
assert torch.equal((tokens + bias)[2, 10], tokens[2, 10] + bias)
assert tokens.shape[0] * tokens.shape[1] == 128

# %% [markdown]
# The last line is the bias of a real layer: 64 stored numbers reach 4 × 32 = 128 tokens.
#
# ### An axis of length 1
#
# Alignment is from the right. So a vector of 4 does **not** fit a table of shape `(4, 3)`, although a 4 is there. To add
# one number per *row*, give the vector a second axis of length 1. Three ways to write it:
#
# | from `(4,)` | to | how |
# |---|---|---|
# | a column | `(4, 1)` | `v[:, None]` or `v.unsqueeze(-1)` |
# | a row | `(1, 4)` | `v[None, :]` or `v.unsqueeze(0)` |
# | and back | `(4,)` | `.squeeze(-1)`, `.squeeze(0)`: drops that axis if its length is 1 |
#
# `None` works in NumPy and torch. **unsqueeze** and **squeeze** are torch's own words. All of them are views.

# %% tags=["nbval-check-output"]
v = torch.tensor([100, 200, 300, 400])
column = v.unsqueeze(-1)

print("v                     ", tuple(v.shape))
print("v.unsqueeze(-1)       ", tuple(column.shape), "  the same as v[:, None]:", torch.equal(column, v[:, None]))
print("v.unsqueeze(0)        ", tuple(v.unsqueeze(0).shape))
print("column.squeeze(-1)    ", tuple(column.squeeze(-1).shape))
print("(4, 3) + (4, 1)       ", tuple((torch.tensor(table) + column).shape))

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
show_grids(
    Grid(table, "(4, 3)"),
    "+",
    Grid(column, "(4, 1)", column > 0),
    "=",
    Grid(table + column.numpy(), "(4, 3)"),
    description="The same table plus a column of four numbers, of shape (4, 1). "
    "Each number is added to one whole row.",
)

# %% [markdown]
# Broadcasting warns you when shapes do not fit. It cannot warn you when they fit by accident.
#
# **Predict.** `x` has shape `(3, 3)`. We want to subtract from every row its own mean, and write
# `x - x.mean(axis=1)`. What happens?
#
# <details><summary>Each row loses its own mean, as we wanted</summary>
#
# Tempting: `x.mean(axis=1)` does hold one mean per row. But its shape is `(3,)`, and a shape is aligned from the right.
# So these three numbers are laid along the columns.
#
# </details>
# <details><summary>Each column loses the mean of some row</summary>
#
# Right. Column 0 loses the mean of row 0, column 1 that of row 1. Nothing is refused, since 3 fits 3.
#
# </details>
# <details><summary>It is refused</summary>
#
# Tempting: with a shape of `(2, 3)` it would be, as a 2 would meet a 3. A square `x` hides the mistake.
#
# </details>

# %% tags=["nbval-check-output"]
x = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0]])
shifted = x - x.mean(axis=1)

print(shifted)
print("the rows' means now:", shifted.mean(axis=1))

# %% [markdown]
# Were it as we wanted, all three means would be 0. `keepdims=True` mends it: it leaves the averaged axis in place with
# length 1, and `(3, 1)` is stretched the right way. In torch it is called `keepdim=True`. Softmax needs it.

# %% tags=["nbval-check-output"]
means = x.mean(axis=1, keepdims=True)

print("shape of the means:", means.shape)
print("the rows' means now:", (x - means).mean(axis=1))
assert means.shape == (3, 1) and not (x - means).mean(axis=1).any()

# %% [markdown]
# > **Watch out.** Test your code with lengths that all differ. Where two axes are equally long, mistakes stay silent.
#
# ### Broadcasting inside `@`
#
# The axes in front of the matrices follow the same rules. Only the last two multiply: `(4, 1, 3, 2) @ (5, 2, 6)` is
# `(4, 5, 3, 6)`. Four stacks of one matrix meet one stack of five, and each of the 4 × 5 pairs makes a product.

# %% tags=["nbval-check-output"]
print(tuple((torch.ones(4, 1, 3, 2) @ torch.ones(5, 2, 6)).shape))
assert (torch.ones(4, 1, 3, 2) @ torch.ones(5, 2, 6)).shape == (4, 5, 3, 6)

# %% tags=["demonstration"]
explore_matmul((2, 1, 3, 2), (3, 2, 2))

# %% [markdown]
# ### Exercise: broadcast_shape
#
# Say which shape two shapes broadcast to, or refuse.
#
# `broadcast_shape(a, b)`: two shapes, as tuples of whole numbers → the shape of the result, a tuple. If they clash,
# raise a `ValueError`. A message that names both shapes helps whoever reads it.
#
# Write the rule out yourself. NumPy and torch have functions for it; use those to compare.
#
# *About 6 minutes. Medium.* First the alignment, worked out for two shapes:

# %% tags=["nbval-check-output"]
a, b = (4, 1, 3), (5, 3)

ndim = max(len(a), len(b))  # step 1: the result has as many axes as the longer shape
missing = ndim - len(b)  # step 2: so many lengths are missing on the left of b
aligned = (1,) * missing + b  # step 3: every missing length counts as 1
print(a, "and", aligned)

# %% [markdown]
# **One to complete.** The second rule, for a single pair of lengths. Replace `...` by a condition on `n` and `m`.

# %%
fits = []
for n, m in [(3, 3), (1, 4), (4, 1), (2, 3), (0, 1), (0, 2)]:
    fits.append(...)

expect(fits, [True, True, True, False, True, False])

# %% [markdown]
# Now put both together.
#
# <details><summary>Hint 1</summary>
#
# Align first, and `b` is not always the shorter one. Once both shapes have the same number of axes, `zip` pairs their
# lengths.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For each pair there are three ways to end: the lengths are equal, one of them is 1, or they clash.
#
# </details>
# <details><summary>Hint 3</summary>
#
# If one length is 1, the result takes the **other** one. That is not always the larger: an axis may have length 0, and
# 1 is stretched to 0 just as it is stretched to 5.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "broadcast_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def broadcast_shape(a: tuple, b: tuple) -> tuple:
    """Two shapes -> the shape that they broadcast to; ValueError if they clash."""
    ### BEGIN SOLUTION
    ndim = max(len(a), len(b))
    aligned_a = (1,) * (ndim - len(a)) + tuple(a)
    aligned_b = (1,) * (ndim - len(b)) + tuple(b)
    result = []
    for n, m in zip(aligned_a, aligned_b):
        if n == m or m == 1:
            result.append(n)
        elif n == 1:
            result.append(m)
        else:
            raise ValueError(f"shapes {a} and {b} clash: {n} against {m}")
    return tuple(result)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "broadcast_shape_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("broadcast_shape")
### BEGIN HIDDEN TESTS
from shapewise import call, same

fitting = [
    ((6, 1, 2), (5, 2), (6, 5, 2)),
    ((7, 1), (1, 3), (7, 3)),
    ((3, 5), (1,), (3, 5)),
    ((2, 5), (2, 5), (2, 5)),
    ((9,), (8, 4, 9), (8, 4, 9)),
    ((16, 7, 32), (32,), (16, 7, 32)),
]
for a, b, expected in fitting:
    for first, second in ((a, b), (b, a)):
        got = call(broadcast_shape, first, second).result
        assert same(got, expected), f"{first} with {second}: wanted {expected}, got {got}"

for a, b in [((5, 4), (2, 4)), ((3, 4), (3,)), ((2, 3, 4), (5, 1, 4))]:
    for first, second in ((a, b), (b, a)):
        outcome = call(broadcast_shape, first, second)
        refused = outcome.error is not None and outcome.error.is_a(ValueError)
        assert refused, f"{first} with {second} clash: wanted a ValueError"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "broadcast_shape_edges", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import random

import numpy as np
from shapewise import call, same

# Lengths 0 and 1, no axes at all, and gaps in rank.
edges = [((), ()), ((), (3, 2)), ((1,), ()), ((0,), ()), ((0,), (1,))]
edges += [((1, 0), (4, 1)), ((5, 0, 1), (3,)), ((1, 1, 1, 1), (2,))]
clashes = [((0,), (2,)), ((3, 0), (3, 2)), ((0, 4), (5, 4))]

randomly = random.Random(2101)
drawn = []
for _ in range(40):
    shape = [randomly.choice((0, 1, 2, 3)) for _ in range(randomly.randrange(5))]
    other = [n if randomly.random() < 0.6 else randomly.choice((0, 1, 2, 3)) for n in shape]
    drawn.append((tuple(shape), tuple(other[randomly.randrange(len(other) + 1) :])))

for a, b in edges + clashes + drawn:
    for first, second in ((a, b), (b, a)):
        outcome = call(broadcast_shape, first, second)
        try:
            expected = np.broadcast_shapes(first, second)
        except ValueError:
            refused = outcome.error is not None and outcome.error.is_a(ValueError)
            assert refused, f"{first} with {second} clash: wanted a ValueError"
        else:
            got = outcome.result
            assert same(got, expected), f"{first} with {second}: wanted {expected}, got {got}"
### END HIDDEN TESTS

# %% [markdown]
# ## Joining tensors
#
# Two calls put tensors together. `torch.cat` lays them end to end along an axis that is there: it grows. `torch.stack`
# lays them side by side along an axis that is new.

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
a, b = torch.arange(6).reshape(2, 3), 10 + torch.arange(6).reshape(2, 3)
new = torch.tensor([[False] * 3] * 2 + [[True] * 3] * 2)
show_grids(
    Grid(a, "a (2, 3)"),
    Grid(b, "b (2, 3)", b > 0),
    "→",
    Grid(torch.cat([a, b], dim=0), "cat dim=0 (4, 3)", new),
    Grid(torch.cat([a, b], dim=-1), "cat dim=-1 (2, 6)", torch.cat([a < 0, b > 0], dim=-1)),
    Grid(torch.stack([a, b])[0], "stack (2, 2, 3): [0]"),
    Grid(torch.stack([a, b])[1], "[1]", b > 0),
    description="Two tables a and b of 2 rows and 3 columns. cat along axis 0 puts b below a, 4 rows. cat along the last axis "
    "puts b to the right of a, 6 columns. stack makes a tensor of two tables, a first and b second.",
)

# %% [markdown]
# **Predict.** Two sentences of six tokens each have shape `(6, 16)`. Which call makes a batch of two sentences?
#
# <details><summary><code>torch.cat([one, two])</code></summary>
#
# Tempting: it joins them. But along the axis that is there, *seq*: one text of 12 tokens, and nothing tells where the
# second sentence begins.
#
# </details>
# <details><summary><code>one + two</code></summary>
#
# Tempting: the shapes fit. But this adds the numbers of the two, and both sentences are lost in the sum.
#
# </details>
# <details><summary><code>torch.stack([one, two])</code></summary>
#
# Right. A batch needs an axis of its own, and that is new.
#
# </details>

# %% tags=["nbval-check-output"]
one = vectors[ids]
two = vectors[[words.index(word) for word in ["the", "dog", "ran", "to", "the", "house"]]]

print("cat   ", tuple(torch.cat([one, two]).shape))
print("stack ", tuple(torch.stack([one, two]).shape))
print("sum   ", tuple((one + two).shape))
assert torch.stack([one, two]).shape == (2, 6, 16) and torch.cat([one, two]).shape == (12, 16)

# %% [markdown]
# > **Rule.** `cat` keeps the number of axes, and all lengths but one must agree. `stack` adds an axis, and all lengths
# > must agree. `stack` is `unsqueeze(0)` on each, then `cat`.

# %% [markdown]
# ## Every pair at once
#
# Broadcasting has a second use that is less obvious, and just as common: to let **everything meet everything**. A
# column of shape `(n, 1)` and a row of shape `(1, m)` make a table of shape `(n, m)`, one cell per pair.
#
# Attention needs such a table: how far is each query from each key?
#
# **Predict.** `queries` has shape `(4,)`, `keys` has shape `(6,)`. What is the shape of `queries[:, None] - keys`?
#
# <details><summary><code>(4, 6)</code></summary>
#
# Right. `(4, 1)` and `(6,)` align as `(4, 1)` and `(1, 6)`, and both are stretched.
#
# </details>
# <details><summary>It is refused: 4 against 6</summary>
#
# Tempting: `queries - keys` would be. But `[:, None]` made the 4 into `(4, 1)`. Now a 1 meets the 6.
#
# </details>
# <details><summary><code>(6, 4)</code></summary>
#
# Tempting: both lengths are right. But the axis that stands further left stays further left, and the queries are the
# rows here. For `(6, 4)` you would write `queries - keys[:, None]`.
#
# </details>

# %% tags=["nbval-check-output"]
queries = torch.tensor([2, 3, 4, 5])  # the places of the tokens that look
keys = torch.arange(6)  # the places of the tokens that are looked at

rows = queries[:, None]  # step 1: the queries as a column
columns = keys[None, :]  # step 2: the keys as a row
distance = rows - columns  # step 3: each meets each

print("rows     ", tuple(rows.shape))
print("columns  ", tuple(columns.shape))
print("distance ", tuple(distance.shape))
assert distance.shape == (4, 6) and distance[3, 0] == 5

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
show_grids(
    Grid(distance, "query - key", distance == 0, queries.tolist(), keys.tolist(), "query", "key"),
    description="A table of 4 queries and 6 keys that holds how far back each key lies. "
    "Where both are the same token it is 0.",
)

# %% [markdown]
# **One to complete.** `squares` should be a table of shape `(3, 4)` that holds the square of every difference
# `a[i] - b[j]`.

# %%
a = torch.tensor([0.0, 1.0, 5.0])
b = torch.tensor([1.0, 2.0, 3.0, 4.0])
squares = ...

expect(squares, [[1, 4, 9, 16], [0, 1, 4, 9], [16, 9, 4, 1]])

# %% [markdown]
# ### Exercise: pairwise_sqdist
#
# Compute the squared distance of every point of one set to every point of another.
#
# `pairwise_sqdist(a, b)`: `(n, d)`, `(m, d)` → `(n, m)`, where entry `[i, j]` is the sum of the squares of
# `a[i] - b[j]`.
#
# Word vectors are compared in this way: which word is the nearest? Do it without a loop over the points. Digits
# count here: the result should be exact for points far from the origin. A set may also hold no points at all.
#
# *About 5 minutes. Medium.* It is the table of squares from above, with one more axis behind, over which you sum.
#
# <details><summary>Hint 1</summary>
#
# Think of the shape just before the sum. It needs one axis for the points of `a`, one for the points of `b`, and one
# for the coordinates.
#
# </details>
# <details><summary>Hint 2</summary>
#
# That shape is `(n, m, d)`. Which two shapes broadcast to it? Start from `(n, d)` and `(m, d)` and put a 1 into each.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `a[:, None, :]` is `(n, 1, d)`. Find the partner, subtract, square, and sum over the last axis.
#
# </details>
# <details><summary>A shorter formula that you should not use</summary>
#
# |a|² + |b|² − 2ab is the same in exact arithmetic and needs less memory. But it subtracts two huge numbers that are
# almost equal when the points lie far from the origin. In float32 the small distance between them is lost.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "pairwise_sqdist", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pairwise_sqdist(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """(n, d), (m, d) -> (n, m): the squared distance of every point of a to every point of b."""
    ### BEGIN SOLUTION
    difference = a[:, None, :] - b[None, :, :]  # (n, m, d)
    return (difference**2).sum(-1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pairwise_sqdist_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("pairwise_sqdist")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close


def by_loop(a, b):
    table = torch.zeros(len(a), len(b), dtype=torch.float64)
    for i, p in enumerate(a.double()):
        for j, q in enumerate(b.double()):
            table[i, j] = ((p - q) ** 2).sum()
    return table


torch.manual_seed(2201)
for n, m, d in [(5, 3, 2), (2, 7, 4), (1, 4, 3), (4, 2, 6), (3, 6, 1)]:
    a, b = torch.randn(n, d), torch.randn(m, d)
    outcome = call(pairwise_sqdist, a, b)
    assert close(outcome.result, by_loop(a, b).float()), f"wrong for points of shapes ({n}, {d}) and ({m}, {d})"
    assert outcome.changed == (), "an input was changed"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pairwise_sqdist_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close, same


def by_loop(a, b):
    table = torch.zeros(len(a), len(b), dtype=torch.float64)
    for i, p in enumerate(a.double()):
        for j, q in enumerate(b.double()):
            table[i, j] = ((p - q) ** 2).sum()
    return table


torch.manual_seed(2202)

# As many points as coordinates: nothing may be told apart by its size alone.
a, b = torch.randn(4, 4, dtype=torch.float64), torch.randn(4, 4, dtype=torch.float64)
assert close(call(pairwise_sqdist, a, b).result, by_loop(a, b)), "wrong for n == m == d in float64"

# No points.
for n, m in ((0, 3), (3, 0)):
    y = call(pairwise_sqdist, torch.zeros(n, 2), torch.zeros(m, 2)).result
    assert same(y, torch.zeros(n, m)), f"{n} and {m} points: wanted an empty table of shape ({n}, {m})"

# Far from the origin. Whole numbers below 2 ** 24 are exact in float32, and so are their differences.
for n, m in ((5, 7), (30, 28)):
    a = torch.randint(-9, 10, (n, 3)) + torch.tensor([40_000.0, -70_000.0, 90_000.0])
    b = torch.randint(-9, 10, (m, 3)) + torch.tensor([40_000.0, -70_000.0, 90_000.0])
    right = close(call(pairwise_sqdist, a, b).result, by_loop(a, b).float(), digits="pairwise_sqdist")
    assert right, "not exact for points far from the origin"

# The work is one call, not one call per point.
few = call(pairwise_sqdist, torch.randn(3, 2), torch.randn(4, 2), count_operations=True)
many = call(pairwise_sqdist, torch.randn(33, 2), torch.randn(34, 2), count_operations=True)
assert few.error is None and many.error is None, "the call raised an error"
assert not many.repeats(few, added=30), "the work grows with the number of points: there is a loop over the points"
### END HIDDEN TESTS

# %% [markdown]
# Once it works, let it loose on words. Which three words are nearest to each of these? Try others.

# %% tags=["demonstration"]
asked = ["cat", "tea", "paris", "sat"]
try:
    far = pairwise_sqdist(vectors[[words.index(word) for word in asked]], vectors)
    for word, row in zip(asked, far):
        nearest = row.argsort()[1:4].tolist()  # the nearest of all is the word itself
        print(f"{word:6} {', '.join(words[place] for place in nearest)}")
except Exception as error:
    print("Here your function finds the neighbors of words, as soon as it works.", f"({error})")

# %% [markdown]
# ## NumPy and torch side by side
#
# The two libraries share nearly all of their words. Once you know one, you can read the other.
#
# | | NumPy | torch |
# |---|---|---|
# | create | `np.array([[1., 2.]])`, `np.zeros((2, 3))` | `torch.tensor([[1., 2.]])`, `torch.zeros(2, 3)` |
# | shape | `x.shape` | `x.shape` |
# | dtype | `x.dtype`, float64 by default | `x.dtype`, float32 by default |
# | matmul | `x @ y`, `np.matmul(x, y)` | `x @ y`, `torch.matmul(x, y)` |
# | exp | `np.exp(x)` | `torch.exp(x)` |
# | reshape | `x.reshape(3, 2)` | `x.reshape(3, 2)` |
# | transpose, two axes | `x.T` | `x.T` |
# | transpose the matrices of a stack | `x.mT`, `np.swapaxes(x, -2, -1)` | `x.mT`, `x.transpose(-2, -1)` |
# | sum over an axis | `x.sum(axis=-1, keepdims=True)` | `x.sum(dim=-1, keepdim=True)` |
# | join | `np.concatenate`, `np.stack` | `torch.cat`, `torch.stack` |

# %% tags=["nbval-check-output"]
x = np.arange(24.0).reshape(2, 3, 4)
y = torch.arange(24.0).reshape(2, 3, 4)

rows = {
    "matmul": (x @ np.ones((4, 5)), y @ torch.ones(4, 5)),
    "exp": (np.exp(-x), torch.exp(-y)),
    "reshape": (x.reshape(6, 4), y.reshape(6, 4)),
    "transpose": (np.swapaxes(x, -2, -1), y.mT),
    "sum": (x.sum(axis=-1, keepdims=True), y.sum(dim=-1, keepdim=True)),
}
for name, (in_numpy, in_torch) in rows.items():
    same_shape = in_numpy.shape == tuple(in_torch.shape)
    print(f"{name:10} same shape: {same_shape}   same numbers: {np.allclose(in_numpy, in_torch)}")

# %% [markdown]
# > **Watch out.** `x.transpose(1, 2)` means two different things. Torch swaps axes 1 and 2. NumPy's `transpose` wants
# > the new order of **all** axes. And `.T` is for two axes only: with more, NumPy turns all of them round, and torch
# > warns that it will refuse. With a batch in front, write `.mT`.

# %% [markdown]
# ## Between NumPy and torch
#
# Text and data often arrive as NumPy arrays, and results go back to be plotted. Two calls convert:
# `torch.from_numpy(array)` and `tensor.numpy()`.
#
# **Predict.** `tensor = torch.from_numpy(array)`. Then we write `array[0] = 7`. What does `tensor` hold?
#
# <details><summary>What it held before</summary>
#
# Tempting: it looks like a conversion, and so like a new object with numbers of its own. Only the wrapper is new.
#
# </details>
# <details><summary>7 in its first place</summary>
#
# Right. Both look at the same memory. A write on one side appears on the other.
#
# </details>

# %% tags=["nbval-check-output"]
array = np.zeros(4)
tensor = torch.from_numpy(array)

array[0] = 7
print("written in NumPy, read in torch: ", tensor)

tensor[1] = 8
print("written in torch, read in NumPy: ", array)
assert tensor[0] == 7 and array[1] == 8

# %% [markdown]
# The way back is the same: `tensor.numpy()` is a window onto the tensor. Nothing is copied, so a conversion is quick
# however large the data is. When you want numbers of your own, say so:

# %% tags=["nbval-check-output"]
tensor = torch.zeros(4)
window = tensor.numpy()
own_array = tensor.numpy().copy()  # a copy on the NumPy side
own_tensor = torch.tensor(own_array)  # torch.tensor always copies
also_own = torch.from_numpy(own_array).clone()  # so does clone

tensor[0] = 1
own_array[1] = 2
print("window      ", window)
print("own_array   ", own_array)
print("own_tensor  ", own_tensor)
print("also_own    ", also_own)

# %% [markdown]
# (A tensor on a GPU, or one that keeps track of gradients, is not handed out in this way. There you write
# `tensor.detach().cpu().numpy()`.)
#
# The **dtype** comes along, too. This surprises people most often: NumPy's default is float64, a model's weights are
# float32, and a matrix product does not mix the two.

# %% tags=["nbval-check-output"]
from_numpy = torch.from_numpy(np.ones((2, 3)))
weights = torch.ones(3, 4)
print("from_numpy", from_numpy.dtype, "  weights", weights.dtype)
try:
    from_numpy @ weights
except RuntimeError as error:
    print(error)
print("after .float():", (from_numpy.float() @ weights).dtype)

# %% [markdown]
# And there is one kind of array that torch does not take at all. NumPy can walk through memory backwards; torch
# cannot.

# %% tags=["nbval-check-output"]
backwards = np.arange(4.0)[::-1]
try:
    torch.from_numpy(backwards)
except ValueError as error:
    print(str(error).split(".")[0])
print("a copy goes forwards again:", torch.from_numpy(backwards.copy()))

# %% [markdown]
# ### Exercise: to_float32
#
# Turn any NumPy array into a float32 tensor of its own.
#
# `to_float32(array)`: an array of any shape that holds whole numbers, fractions or `True` and `False` → a tensor
# of the same shape and numbers, of dtype float32. It shares no memory with the array, whatever the array's dtype
# was.
#
# *About 4 minutes. Medium.* It begins easily and gets tricky at the edges. First a relative of it, worked out, that
# goes the other way: a float64 array of its own from an int64 tensor.

# %% tags=["nbval-check-output"]
tensor = torch.tensor([[101, 102], [103, 104]])

window = tensor.numpy()  # step 1: the same memory, seen by NumPy
own = window.copy()  # step 2: numbers of our own
array = own.astype(np.float64)  # step 3: the dtype that we want

tensor[0, 0] = -1
print(array, array.dtype)

# %% [markdown]
# **One to complete.** Change the second line so that the tensor keeps its numbers when the array changes.

# %%
array = np.array([0.5, 1.5])
kept = torch.from_numpy(array)

array[0] = 9
expect(kept, [0.5, 1.5])

# %% [markdown]
# Now the function.
#
# <details><summary>Hint 1</summary>
#
# `from_numpy` shares memory and keeps the dtype. Both are wrong here. What has to happen before you call it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `.float()` copies a float64 tensor, and hands back the very same tensor if it is float32 already. So you cannot rely
# on a conversion to copy. Copy on purpose, as in step 2 of the example.
#
# </details>
# <details><summary>Hint 3</summary>
#
# NumPy can take steps 2 and 3 at once. `array.astype(dtype)` always makes a new array, even if the dtype stays, and
# it lays the numbers down in forward order. It keeps the shape, also the shape `()`.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "to_float32", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_float32(array: np.ndarray) -> torch.Tensor:
    """An array of any shape -> a float32 tensor of the same shape, in memory of its own."""
    ### BEGIN SOLUTION
    return torch.from_numpy(array.astype(np.float32))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "to_float32_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("to_float32")
### BEGIN HIDDEN TESTS
import numpy as np
import torch
from shapewise import call, close

numbers = np.random.default_rng(2301).integers(-50, 50, size=(3, 5))
for dtype in (np.float64, np.float32, np.int64):
    array = numbers.astype(dtype)
    outcome = call(to_float32, array)
    wanted = torch.tensor(numbers.tolist(), dtype=torch.float32)
    assert close(outcome.result, wanted), f"{array.dtype}: wrong type, dtype, shape or numbers"
    assert outcome.changed == (), f"{array.dtype}: the array itself was changed"
    assert outcome.shares_memory == (), f"{array.dtype}: the tensor shares memory with the array"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "to_float32_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import numpy as np
import torch
from shapewise import call, close

base = np.random.default_rng(2302).normal(size=(4, 6))
edges = {
    "a number without axes": np.array(2.5),
    "a float32 without axes": np.array(-1.5, dtype=np.float32),
    "an array that runs backwards": base[::-1, ::-2],
    "a float32 array that runs backwards": np.arange(5, dtype=np.float32)[::-1],
    "a transposed array": base.T,
    "part of a float32 array": np.arange(12, dtype=np.float32).reshape(3, 4)[1:, ::2],
    "an array of no rows": np.zeros((0, 4)),
}
for name, array in edges.items():
    outcome = call(to_float32, array)
    wanted = torch.tensor(array.tolist(), dtype=torch.float32).reshape(array.shape)
    assert close(outcome.result, wanted), f"{name}: wrong type, dtype, shape or numbers"
    assert outcome.changed == (), f"{name}: the array itself was changed"
    assert outcome.shares_memory == (), f"{name}: the tensor shares memory with the array"
### END HIDDEN TESTS

# %% [markdown]
# ## Recap
#
# `*` works place by place and broadcasts from the right; `@` sums over the inner size, and its leading axes broadcast.
#
# `from_numpy` and `.numpy()` share memory and keep the dtype; copy on purpose when you need numbers of your own.
#
# **Next:** [3 PyTorch](3_pytorch.ipynb), where the same tensors get a GPU and gradients. **Before:**
# [1 Shapes](1_shapes.ipynb). All words: [glossary](glossary.md).
#
# **Done for now?** Your work lies beside this notebook, and what passed is remembered. `!shapewise hand-in`, in a cell of
# its own, makes what you hand in and says what is in it.
