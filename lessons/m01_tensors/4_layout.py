# %% [markdown]
# # Layout: one row of numbers, many shapes

# %% [markdown]
# ### Exercise: split_heads
#
# Cut the width of every token into heads, and put the heads in front of the tokens, without copying a number.
#
# `split_heads(x, heads)`: `(batch, seq, width)` -> `(batch, heads, seq, width / heads)`, a view of `x`.
#
# Head `h` of a token holds a run of neighboring features: head 0 the first `width / heads` of them, head 1 the next,
# and so on. If `width` cannot be divided into `heads` equal parts, raise a `ValueError` whose message names both numbers.
#
# *About 6 minutes. Medium.* The same two steps as the hours above, with a batch in front. The first line is written.
#
# <details><summary>Hint 1</summary>
#
# The tokens must stay whole at first. Which axis has to be cut in two, and what are the sizes of its two parts?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Cutting the last axis gives `(batch, seq, heads, head_dim)`. Now two axes next to each other stand in the wrong order.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `view` cuts an axis and `transpose` swaps two. Neither copies. Check `width % heads` before either of them.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "split_heads", "locked": false, "schema_version": 3, "solution": true, "task": false}
def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """(batch, seq, width) -> (batch, heads, seq, width / heads), a view of x."""
    batch, seq, width = x.shape
    ### BEGIN SOLUTION
    if width % heads != 0:
        raise ValueError(f"a width of {width} cannot be split into {heads} equal heads")
    head_dim = width // heads
    return x.view(batch, seq, heads, head_dim).transpose(1, 2)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "split_heads_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check(split_heads)
### BEGIN HIDDEN TESTS
import torch
from shapewise import call

# Labelled entries: 10,000 per sequence, 100 per token, 1 per feature. All sizes differ.
batch, seq, heads, head_dim = 2, 5, 3, 4
x = (
    10_000 * torch.arange(batch)[:, None, None]
    + 100 * torch.arange(seq)[:, None]
    + torch.arange(heads * head_dim)
)
y = call(split_heads, x, heads).result
assert isinstance(y, torch.Tensor), "the result should be a tensor"
assert y.shape == (batch, heads, seq, head_dim), f"wanted shape (2, 3, 5, 4), got {tuple(y.shape)}"
for head in range(heads):
    expected = x[:, :, head * head_dim : (head + 1) * head_dim]
    assert torch.equal(y[:, head], expected), f"head {head} should hold one run of neighboring features of each token"

torch.manual_seed(1404)
x = torch.randn(3, 7, 10, dtype=torch.float64)
outcome = call(split_heads, x, 5)
expected = torch.stack(x.split(2, dim=2), dim=1)
assert outcome.result.dtype == torch.float64, "the dtype should stay as it is"
assert torch.equal(outcome.result, expected), "wrong for x of shape (3, 7, 10) and 5 heads"
assert outcome.changed == (), "x itself was changed"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "split_heads_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: the edge cases.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call

torch.manual_seed(1405)


def by_slices(x, heads):
    return torch.stack(x.split(x.shape[2] // heads, dim=2), dim=1)


x = torch.randn(2, 5, 12)
outcome = call(split_heads, x, 3)
assert outcome.result.shape == (2, 3, 5, 4), f"wanted shape (2, 3, 5, 4), got {tuple(outcome.result.shape)}"
assert 0 in outcome.shares_memory, "the result should be a view: no number copied"

# As many tokens as features: nothing may be told apart by its size alone.
x = torch.randn(3, 8, 8)
assert torch.equal(call(split_heads, x, 2).result, by_slices(x, 2)), "wrong for seq == width"

# One head, and one feature per head.
x = torch.randn(2, 3, 6)
assert torch.equal(call(split_heads, x, 1).result, by_slices(x, 1)), "wrong for one head"
assert torch.equal(call(split_heads, x, 6).result, by_slices(x, 6)), "wrong for heads of one feature each"

# Strided inputs: every second token, and an input whose batch and seq were swapped.
base = torch.randn(4, 10, 6)
for x in (base[1:, ::2], base.transpose(0, 1)):
    outcome = call(split_heads, x, 3)
    assert torch.equal(outcome.result, by_slices(x, 3)), "wrong for an x that is not contiguous"
    assert 0 in outcome.shares_memory, "an x that is not contiguous should not be copied either"

for heads in (3, 4, 7, 20):
    outcome = call(split_heads, torch.randn(2, 3, 10), heads)
    wanted = outcome.error is not None and outcome.error.is_a(ValueError)
    assert wanted, f"width 10 and {heads} heads: wanted a ValueError"
### END HIDDEN TESTS
