# %% [markdown]
# # Operations: how tensors meet
#
# Nearly everything a language model calculates is one of three things: an elementwise operation, a matrix product, or
# one of these two with broadcasting. After this notebook you can
#
# - tell an elementwise product from a matrix product, and know the shape of either before you run it,
# - multiply whole batches of matrices in one call,
# - predict what broadcasting does, and when it refuses,
# - move data between NumPy and torch, and know when both look at the same memory.
#
# About 25 minutes to read and run, plus 15 minutes for the three exercises.

# %%
import numpy as np
import torch

from shapewise import Grid, expect, explore_broadcast, explore_matmul, progress, show_grids

# %% tags=["demonstration"]
progress("2_operations")

# %% [markdown]
# ## Elementwise: each number on its own
#
# An **elementwise** operation takes two tensors of the same shape and combines the numbers that stand in the same
# place. Or it takes one tensor and changes every number on its own. The shape never changes. In a transformer, adding
# a layer's output to its input is elementwise, and so is every activation function.
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
# 1 × 4 + 2 × 5 + 3 × 6 = 32 is the dot product. It multiplies in the same way, and then adds up. Its sign is `@`.
#
# </details>
# <details><summary><code>[1, 2, 3, 1, 2, 3, ...]</code></summary>
#
# A Python list repeats when you multiply it. An array holds numbers, and it calculates with them.
#
# </details>

# %% tags=["nbval-check-output"]
a = np.array([1, 2, 3])
b = np.array([4, 5, 6])

print("a + b      ", a + b)
print("a * b      ", a * b)
print("a ** b     ", a**b)
print("np.exp(a)  ", np.exp(a).round(2))
print("a @ b      ", a @ b, " <- the dot product")
assert (a * b).tolist() == [4, 10, 18] and a @ b == 32

# %% [markdown]
# `a ** b` is the power: 1 to the 4th, 2 to the 5th, 3 to the 6th. Torch says it all in the same words:

# %% tags=["nbval-check-output"]
s = torch.tensor([1, 2, 3])
t = torch.tensor([4, 5, 6])

print("s + t         ", s + t)
print("s * t         ", s * t)
print("s ** t        ", s**t)
print("torch.exp(s)  ", torch.exp(s))

# %% [markdown]
# `exp` makes a positive number out of every number, and it makes large ones much larger. Softmax, which turns scores
# into weights, is built on it. You will meet both in attention.

# %% [markdown]
# ## The matrix product
#
# Most of a language model's time goes into matrix products. Every linear layer is one, and attention is two.
#
# In `A @ B`, one **row** of `A` meets one **column** of `B`. They are multiplied place by place and added up, and that
# makes **one** number of the result.

# %%
A = np.array([[1, 2], [3, 4]])
B = np.array([[5, 6], [7, 8]])

show_grids(
    Grid(A, "row 0 of A", [[True, True], [False, False]]),
    "@",
    Grid(B, "column 1 of B", [[False, True], [False, True]]),
    "=",
    Grid(A @ B, "1 × 6 + 2 × 8 = 22", [[False, True], [False, False]]),
    description="Row 0 of A, 1 and 2, meets column 1 of B, 6 and 8. "
    "This makes 22 in row 0, column 1 of the result.",
)

# %% tags=["nbval-check-output"]
print(A @ B)
assert (A @ B)[0, 1] == 1 * 6 + 2 * 8 == 22

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
# The two 3s are the length of a row and of a column. Adding up uses them up. What is left are the outer sizes.
#
# </details>
# <details><summary><code>(2, 3, 4)</code></summary>
#
# Every row, every place and every column do meet, in 2 × 3 × 4 = 24 multiplications. But the sum over the places makes
# one number out of three.
#
# </details>
# <details><summary>An error: the shapes differ</summary>
#
# Elementwise operations want the same shape. A matrix product wants only the inner sizes to agree, and 3 is 3.
#
# </details>

# %% tags=["nbval-check-output"]
left, right = torch.ones(2, 3), torch.ones(3, 4)

print((left @ right).shape)
print(left @ right)

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
# Which transpose mends them?

# %% tags=["demonstration"]
explore_matmul()

# %% [markdown]
# There are three ways to write the product. `@` and `matmul` are the same operation. NumPy's `dot` agrees with them as
# long as both have two axes. With more axes it does something else, and torch's `dot` takes vectors only. So we write
# `@` everywhere.

# %% tags=["nbval-check-output"]
print("A @ B           ", (A @ B).tolist())
print("np.matmul(A, B) ", np.matmul(A, B).tolist())
print("np.dot(A, B)    ", np.dot(A, B).tolist())
print("torch           ", (torch.tensor(A) @ torch.tensor(B)).tolist())
print("A * B           ", (A * B).tolist(), " <- elementwise, not the product")

# %% [markdown]
# In a model the rows are tokens. A sequence of shape `(seq, embed)` times a matrix of shape `(embed, vocab)` is
# `(seq, vocab)`: one score per token and vocabulary word. *embed* is used up, as the inner size.

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
# This pairs every left matrix with every right one, 16 products in all. NumPy's `dot` does so. `@` walks through both
# stacks together.
#
# </details>
# <details><summary>An error: a matrix has two axes</summary>
#
# Mathematics stops there. `@` reads the last two axes as the matrix and whatever stands in front of them as a stack.
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
print("(4, 3, 2) @ (2, 5)  ", (left @ right[0]).shape)

# %% [markdown]
# > **Rule.** In `@` the last two axes follow `(m, n) @ (n, p)`. All axes in front of them count the products.
#
# The last line above shows a special case. A single matrix on the right serves every matrix on the left. A layer uses this:
# it has one weight matrix for all sequences of a batch.
#
# In attention this is `(batch, heads, seq, head_dim) @ (batch, heads, head_dim, seq)`: one table of scores per
# sequence and head, all in one call.

# %% [markdown]
# Two stacks, pair by pair. Point into the third matrix of the product: which two made it? Then delete the 4 of B.

# %% tags=["demonstration"]
explore_matmul((4, 3, 2), (4, 2, 5))

# %% [markdown]
# ## Broadcasting: the rules
#
# A layer adds the same bias to every token. The tokens have shape `(batch, seq, embed)`, the bias has shape
# `(embed,)`. You could repeat the bias until the shapes agree. **Broadcasting** acts as if you had, and copies
# nothing.
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
# Type shapes of your own. Change one number at a time, and say the result before you look.
#
# ### Try this
#
# Each of these five pairs is one click away in the explorer. Decide first: which shape comes out, or which axis
# clashes?
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
pairs = [((4, 1), (1, 3)), ((3, 4), (1,)), ((2, 3), (2, 3)), ((3, 4), (2, 4)), ((32, 10, 64), (64,))]
for a, b in pairs:
    try:
        answer = tuple((torch.zeros(a) + torch.zeros(b)).shape)
    except RuntimeError as error:
        answer = f"refused\n    {error}"
    print(f"{a!s:12} with {b!s:7} -> {answer}")

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

hidden = torch.randn(4, 32, 64)  # (batch, seq, embed)
bias = torch.randn(64)  # (embed,)
print("(4, 32, 64) + (64,)      ", tuple((hidden + bias).shape))

# %% [markdown]
# The last line is the bias of a real layer: 64 numbers reach 4 × 32 = 128 tokens.
#
# Alignment is from the right. So a vector of 4 does **not** fit a table of shape `(4, 3)`, although a 4 is there. To
# add one number per *row*, give the vector a second axis of length 1. Indexing with `None` does it.

# %% tags=["nbval-check-output"]
numbers = np.array([100, 200, 300, 400])
column = numbers[:, None]

print("numbers", numbers.shape)
print("column ", column.shape)
print("sum    ", (table + column).shape)

# %% tags=["demonstration"]
show_grids(
    Grid(table, "(4, 3)"), "+", Grid(column, "(4, 1)", column > 0), "=", Grid(table + column, "(4, 3)"),
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
# `x.mean(axis=1)` does hold one mean per row. But its shape is `(3,)`, and a shape is aligned from the right. So these
# three numbers are laid along the columns.
#
# </details>
# <details><summary>Each column loses the mean of some row</summary>
#
# Right. Column 0 loses the mean of row 0, column 1 that of row 1. Nothing is refused, since 3 fits 3.
#
# </details>
# <details><summary>It is refused</summary>
#
# With a shape of `(2, 3)` it would be: a 2 would meet a 3. A square `x` hides the mistake.
#
# </details>

# %% tags=["nbval-check-output"]
x = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0]])

wrong = x - x.mean(axis=1)
right = x - x.mean(axis=1, keepdims=True)
print("wrong, row means now:", wrong.mean(axis=1))
print("right, row means now:", right.mean(axis=1))
assert x.mean(axis=1, keepdims=True).shape == (3, 1)

# %% [markdown]
# `keepdims=True` leaves the averaged axis in place with length 1, and `(3, 1)` is stretched the right way. In torch
# it is called `keepdim=True`. Softmax and layer norm both need it.
#
# > **Watch out.** Test your code with lengths that all differ. Where two axes are equally long, mistakes stay silent.

# %% [markdown]
# ### Exercise: broadcast_shape
#
# Say which shape two shapes broadcast to, or refuse.
#
# `broadcast_shape(a, b)`: two shapes, as tuples of whole numbers -> the shape of the result, a tuple. If they clash,
# raise a `ValueError`. Whoever meets it will thank you for a message that names both shapes.
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
# ## Every pair at once
#
# Broadcasting has a second use that is less obvious, and just as common: to let **everything meet everything**. A
# column of shape `(n, 1)` and a row of shape `(1, m)` make a table of shape `(n, m)`, one cell per pair.
#
# Attention needs such a table. How far is each token from each other token?
#
# **Predict.** `queries` has shape `(4,)`, `keys` has shape `(6,)`. What is the shape of `queries[:, None] - keys`?
#
# <details><summary>It is refused: 4 against 6</summary>
#
# `queries - keys` would be. `[:, None]` made the 4 into `(4, 1)`. Now a 1 meets the 6.
#
# </details>
# <details><summary><code>(4, 6)</code></summary>
#
# Right. `(4, 1)` and `(6,)` align as `(4, 1)` and `(1, 6)`, and both are stretched.
#
# </details>
# <details><summary><code>(6, 4)</code></summary>
#
# The axis that stands further left stays further left. The queries are the rows here. For `(6, 4)` you would write
# `queries - keys[:, None]`.
#
# </details>

# %%
queries = torch.tensor([2, 3, 4, 5])  # positions of the tokens that ask
keys = torch.arange(6)  # positions of the tokens that are looked at

rows = queries[:, None]  # step 1: the queries as a column, (4, 1)
columns = keys[None, :]  # step 2: the keys as a row, (1, 6)
distance = rows - columns  # step 3: each meets each, (4, 6)

show_grids(
    Grid(distance, "query - key", distance == 0, queries.tolist(), keys.tolist(), "query", "key"),
    description="A table of 4 queries and 6 keys that holds how far back each key lies. "
    "Where both are the same token it is 0.",
)

# %% tags=["nbval-check-output"]
print("rows     ", tuple(rows.shape))
print("columns  ", tuple(columns.shape))
print("distance ", tuple(distance.shape))
assert distance[3, 0] == 5

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
# `pairwise_sqdist(a, b)`: `(n, d)`, `(m, d)` -> `(n, m)`, where entry `[i, j]` is the sum of the squares of
# `a[i] - b[j]`.
#
# Word vectors are compared in this way: which token is the nearest? Do it without a loop over the points. Digits
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
# | transpose | `x.T`, `np.swapaxes(x, 1, 2)` | `x.T`, `x.transpose(1, 2)` |
# | sum over an axis | `x.sum(axis=-1, keepdims=True)` | `x.sum(dim=-1, keepdim=True)` |

# %% tags=["nbval-check-output"]
x = np.arange(24.0).reshape(2, 3, 4)
y = torch.arange(24.0).reshape(2, 3, 4)

rows = {
    "matmul": (x @ np.ones((4, 5)), y @ torch.ones(4, 5)),
    "exp": (np.exp(-x), torch.exp(-y)),
    "reshape": (x.reshape(6, 4), y.reshape(6, 4)),
    "transpose": (np.swapaxes(x, 1, 2), y.transpose(1, 2)),
    "sum": (x.sum(axis=-1, keepdims=True), y.sum(dim=-1, keepdim=True)),
}
for name, (in_numpy, in_torch) in rows.items():
    same_shape = in_numpy.shape == tuple(in_torch.shape)
    print(f"{name:10} same shape: {same_shape}   same numbers: {np.allclose(in_numpy, in_torch)}")

# %% [markdown]
# > **Watch out.** `x.transpose(1, 2)` means two different things. Torch swaps axes 1 and 2. NumPy's `transpose` wants
# > the new order of **all** axes. That is why the table says `swapaxes`.

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
# It looks like a conversion, and so like a new object with numbers of its own. Only the wrapper is new.
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
# (A tensor on a GPU, or one that records gradients, is not handed out in this way. There you write
# `tensor.detach().cpu().numpy()`.)
#
# The **dtype** comes along, too. This surprises people most often: NumPy's default is float64, a model's weights are
# float32, and a matrix product does not mix the two.

# %% tags=["nbval-check-output"]
features = torch.from_numpy(np.ones((2, 3)))
weights = torch.ones(3, 4)
print("features", features.dtype, "  weights", weights.dtype)
try:
    features @ weights
except RuntimeError as error:
    print(error)
print("after .float():", (features.float() @ weights).dtype)

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
# `to_float32(array)`: an array of any shape that holds whole numbers, fractions or `True` and `False` -> a tensor
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
# `*` works place by place and broadcasts from the right; `@` sums over the inner size and takes leading axes as a
# stack.
#
# `from_numpy` and `.numpy()` share memory and keep the dtype; copy on purpose when you need numbers of your own.
#
# **Next:** [3 PyTorch](3_pytorch.ipynb), where the same tensors get a GPU and gradients.
