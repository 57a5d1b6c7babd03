# %% [markdown]
# # Attention: how tokens look at each other
#
# After this notebook you can
#
# - turn token ids into vectors with one indexing operation,
# - make attention weights from scores and softmax, and read them as a heatmap,
# - say which axis a softmax works on, and prove it with a sum,
# - mix values by weights, the step that moves information between tokens.
#
# About 20 minutes to read and run, plus 10 minutes for the three exercises: `lookup`, `dot_product_weights` and
# `apply_weights`.

# %%
import math

import matplotlib.pyplot as plt
import torch

from shapewise import Grid, explore_attention, explore_matmul, explore_softmax, progress, show_figure, show_grids

# %% tags=["demonstration"]
progress("5_attention")

# %% [markdown]
# ## The map
#
# "The cat sat on the mat." To read *sat*, you look back at *cat*. A transformer does the same with tensors.
# Each token gives every token a weight. Then it takes the weighted average of their vectors.
# That is attention, and this notebook walks through it step by step.
#
# Here is the whole way in small: three tokens, vectors of width 2.

# %%
ids, table = torch.tensor([0, 1, 2]), torch.tensor([[0.3, 0.5], [1.2, 0.8], [0.7, 0.8]])
vectors = table[ids]
weights = torch.softmax(vectors @ vectors.T, dim=-1)
output = weights @ vectors
assert round(weights[2, 1].item(), 2) == 0.47, "sat should give 0.47 to cat"

# %% [markdown]
# Every vector is an arrow. Drag *cat* until it points away from *sat*, and watch who gets the weight. Where does the
# output arrow of *sat* go? Which weights change with the causal mask?

# %% tags=["demonstration"]
explore_attention()

# %% [markdown]
# The axes are the ones you know: **seq** (T) counts tokens, **embed** (D) is the width of a token's vector. The
# weights bring a second seq axis: every token looks at every token. At first, *sat* gives 0.47 of its attention to
# *cat*, more than to anyone else. These vectors were chosen by hand; a model learns its own.

# %% [markdown]
# ## Ids become vectors
#
# A model cannot multiply the word *cat*. It multiplies the vector that stands for *cat*.
# All those vectors lie in one table, the **embedding table**, of shape `(vocab, embed)`: one row per word.
# A token id is a row number. To embed a token is to look up its row.
#
# Here is a vocabulary of five words with vectors of width 3. The three steps are
# numbered; you need them again in a minute.

# %% tags=["nbval-check-output"]
words = ["the", "cat", "sat", "on", "mat"]
small_table = torch.arange(15.0).reshape(5, 3)  # step 1: the table, one row per word
ids = torch.tensor([1, 4, 1])                   # step 2: the ids, whole numbers in a tensor
vectors = small_table[ids]                      # step 3: index the rows with all ids at once

print("words  ", [words[i] for i in ids])
print("table  ", tuple(small_table.shape))
print("vectors", tuple(vectors.shape))
print(vectors)

# %% [markdown]
# Three ids went in, three rows came out, in the order of the ids. *cat* was asked for twice, so its row came twice.
# No Python loop ran. Every language model starts with this step.

# %% [markdown]
# ### Exercise: lookup
#
# Give back the vector of every id.
#
# `lookup(ids, table)`: `(seq,)`, `(vocab, embed)` -> `(seq, embed)`
#
# With a vocabulary of 100, a width of 32 and the ids `[5, 23, 7, 42]`, the result is `(4, 32)`.
#
# *About 2 minutes. Easy. Core.* The three steps above are the worked neighbor of this problem.
#
# <details><summary>Hint 1</summary>
#
# The table and the ids are there already. Which of the three steps is left?
#
# </details>
# <details><summary>Hint 2</summary>
#
# A tensor of ids between square brackets picks rows: one row for each id.
#
# </details>
# <details><summary>Hint 3</summary>
#
# One line is enough. The ids go between the brackets of the table, not the other way round, and they index the
# first dimension.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "lookup", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lookup(ids: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """(seq,) ids and a (vocab, embed) table -> (seq, embed): the row of each id, in order."""
    ### BEGIN SOLUTION
    return table[ids]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "lookup_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("lookup")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(501)
for vocabulary, width, wanted in [(100, 32, [5, 23, 7, 42]), (11, 7, [10, 0, 3, 3, 9])]:
    table = torch.randn(vocabulary, width)
    found = call(lookup, torch.tensor(wanted), table).result
    rows = torch.stack([table[row] for row in wanted])
    assert close(found, rows), f"ids {wanted} in a ({vocabulary}, {width}) table should give those rows, in that order"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "lookup_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(502)
# As many words as features, and as many ids: columns would fit too. In float64, which must stay float64.
square = torch.randn(6, 6, dtype=torch.float64)
order = [4, 2, 0, 5, 1, 3]
outcome = call(lookup, torch.tensor(order), square)
assert close(outcome.result, torch.stack([square[row] for row in order])), "wrong rows from a square float64 table"
assert outcome.changed == (), "lookup changed one of its arguments"

table = torch.randn(9, 4)
assert close(call(lookup, torch.tensor([8]), table).result, table[8:]), "one id gives one row: (1, embed)"
thrice = call(lookup, torch.tensor([2, 2, 2]), table).result
assert close(thrice, table[2].repeat(3, 1)), "one id three times gives three rows"
### END HIDDEN TESTS

# %% [markdown]
# ## Scores: every query meets every key
#
# Now every token has a vector. How much should one token care about another?
# The dot product measures it: large when two vectors point the same way, negative when they point in opposite ways.
# The vector that asks is the **query**. The vector that is asked is the **key**.
#
# A transformer does this for all pairs, in all heads, in all sequences, with one matrix product. Papers write it
# $Q K^T$. Notebook 4 left us with queries and keys of shape `(batch, heads, seq, head_dim)`.
#
# **Predict.** `q` and `k` both have the shape `(2, 8, 32, 8)`. What is the shape of `q @ k.transpose(-2, -1)`?
#
# <details><summary><code>(2, 8, 32, 32)</code></summary>
#
# Yes. The last two dimensions are an ordinary product, (32, 8) @ (8, 32) -> (32, 32): one score for each pair of
# tokens. The leading (2, 8) only say how many such products.
#
# </details>
# <details><summary><code>(2, 8, 8, 8)</code></summary>
#
# That is what `q.transpose(-2, -1) @ k` gives: it sums over the 32 tokens and leaves feature by feature. We want to
# sum over the 8 features and keep token by token.
#
# </details>
# <details><summary><code>(32, 32)</code></summary>
#
# Right for one head of one sequence. Leading dimensions are never summed in a matrix product: 2 sequences with 8
# heads make 16 separate score matrices.
#
# </details>
# <details><summary>An error</summary>
#
# `q @ k` would be an error, (32, 8) @ (32, 8): the inner sizes 8 and 32 differ. The transpose is there to make them
# agree.
#
# </details>

# %% tags=["nbval-check-output"]
torch.manual_seed(0)
q = torch.randn(2, 8, 32, 8)  # batch, heads, seq, head_dim
k = torch.randn(2, 8, 32, 8)
scores = q @ k.transpose(-2, -1)

one_pair = torch.dot(q[1, 3, 20], k[1, 3, 5])
print("q           ", tuple(q.shape))
print("k transposed", tuple(k.transpose(-2, -1).shape))
print("scores      ", tuple(scores.shape))
print(f"scores[1, 3, 20, 5] is {scores[1, 3, 20, 5]:.2f}, the dot product of its pair {one_pair:.2f}")
assert torch.isclose(scores[1, 3, 20, 5], one_pair, atol=1e-5), "an entry is not the dot product of its pair"

# %% [markdown]
# The last two dimensions follow (m, k) @ (k, n) -> (m, n). The dimensions before them batch.
# The last line of the output spells out one entry: in sequence 1, head 3, the score of query token 20 for key
# token 5 is the dot product of those two vectors.
#
# > **Rule.** Scores have queries in rows and keys in columns: `(..., seq of queries, seq of keys)`.

# %% [markdown]
# The same in small: 2 sequences, 2 heads, 4 tokens, 3 features. Without the transpose it is refused. Mend it with a
# click, and point at a score.

# %% tags=["demonstration"]
explore_matmul((2, 2, 4, 3), (2, 2, 4, 3))

# %% [markdown]
# ## Softmax: scores become shares
#
# Scores can be any numbers. For an average we need weights: none negative, and 1 in total. Softmax makes them.
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# A language model uses it twice: on the scores of attention, and on its last scores, one for each word that could
# come next. Those last scores are called **logits**. Here are three of them, step by step.

# %% tags=["nbval-check-output"]
logits = torch.tensor([2.0, 1.0, 0.1])
powers = logits.exp()    # step 1: e to the power of each: all positive
total = powers.sum()     # step 2: their sum
shares = powers / total  # step 3: each one's share of the sum

print("logits", [round(value, 2) for value in logits.tolist()])
print("powers", [round(value, 2) for value in powers.tolist()])
print("shares", [round(value, 3) for value in shares.tolist()], "sum", round(shares.sum().item(), 3))
assert round(shares[0].item(), 2) == 0.66, "the top share is not 66 %"
assert round((shares[0] / shares[1]).item(), 2) == 2.72, "the first two shares do not stand 2.72 to 1"
assert torch.allclose(shares, torch.softmax(logits, dim=0)), "not what torch.softmax gives"

# %% [markdown]
# The top logit, 2.0, gets about 66 % of the whole. It is twice its neighbor, yet it gets 2.7 times as much:
# what counts is the *difference* of 1, and $e^1 \approx 2.72$.
#
# The picture doubles the logits. The differences double, and softmax amplifies them.

# %% tags=["demonstration"]
figure, panels = plt.subplots(1, 3, figsize=(7, 2.4), layout="constrained")
doubled = torch.softmax(2 * logits, dim=0)
titles = ["logits", "softmax(logits)", "softmax(2 × logits)"]
for axes, title, heights in zip(panels, titles, [logits, shares, doubled], strict=True):
    bars = axes.bar(["A", "B", "C"], heights, color="#3b6fb6")
    axes.bar_label(bars, fmt="%.2f")
    axes.set(title=title, xlabel="word", ylabel="score" if title == "logits" else "share")
    axes.set_ylim(0, 2.4 if title == "logits" else 1.1)
assert round(doubled[0].item(), 2) == 0.86, "doubled logits: the top share is not 86 %"
show_figure(figure, "Three bar charts. Logits 2.0, 1.0 and 0.1 become shares 0.66, 0.24 and 0.10. "
          "Doubled logits become shares 0.86, 0.12 and 0.02: the largest gains.")

# %% [markdown]
# Doubling takes the top word from 66 % to 86 %. Module 08 turns this into a knob called *temperature*.
#
# **Predict.** Instead of doubling, add 100 to each of the three logits. What happens to the shares?
#
# <details><summary>The top share grows</summary>
#
# That is what multiplying does. Adding leaves every difference as it was, and softmax sees nothing but differences.
#
# </details>
# <details><summary>They become nearly equal</summary>
#
# The idea: 102, 101 and 100.1 are nearly the same number, in proportion. Softmax does not compare by ratio. The
# difference between the first two is still 1, so their shares still stand 2.72 to 1.
#
# </details>
# <details><summary>Nothing changes</summary>
#
# Yes, in exact arithmetic: each power is multiplied by the same $e^{100}$, which cancels in the fraction. In
# float32 the step-by-step version has a surprise.
#
# </details>

# %% tags=["nbval-check-output"]
shifted = logits + 100
naive = shifted.exp() / shifted.exp().sum()
print("powers        ", shifted.exp().tolist())
print("by hand       ", naive.tolist())
print("torch.softmax ", [round(value, 3) for value in torch.softmax(shifted, dim=0).tolist()])
print(f"e^100 is {math.exp(100):.1e}, the largest float32 {torch.finfo(torch.float32).max:.1e}")
assert naive.isnan().all(), "the naive version should have overflowed"

# %% [markdown]
# `torch.softmax` gives the same 66 %, 24 % and 10 %. The naive version broke: $e^{100}$ is about $2.7 \cdot 10^{43}$,
# and float32 ends near $3.4 \cdot 10^{38}$. The powers overflow to `inf`, and `inf / inf` is `nan`.
#
# The cure follows from your prediction. Adding the same number to each logit changes nothing, so subtract the largest.
# Then the largest power is $e^0 = 1$ and nothing can overflow. `torch.softmax` does exactly that.
#
# > **Rule.** In real code, call `torch.softmax`. It is the stable one.

# %% [markdown]
# ## Which dim?
#
# Softmax works along one dimension, and it never complains about the wrong one. Take two queries and three keys, with
# the scores `[[1, 2, 3], [1, 1, 5]]`.
#
# **Predict.** These scores are `(2, 3)`, queries in rows. Each query's weights must sum to 1. Which `dim` does that?
#
# <details><summary><code>dim=0</code></summary>
#
# The idea: dimension 0 is the rows, so `dim=0` treats each row. But `dim` names the dimension that is walked
# *along*. Along dimension 0 you go down a column, so columns sum to 1.
#
# </details>
# <details><summary><code>dim=-1</code></summary>
#
# Yes. The last dimension is the keys. Walking along it stays within one query.
#
# </details>
# <details><summary>Either, since softmax always sums to 1</summary>
#
# It does, but something different sums to 1 each time: the keys of a query, or the queries of a key.
#
# </details>

# %% tags=["nbval-check-output"]
scores = torch.tensor([[1.0, 2.0, 3.0], [1.0, 1.0, 5.0]])
over_keys = torch.softmax(scores, dim=-1)
over_queries = torch.softmax(scores, dim=0)

for name, weights in [("dim=-1", over_keys), ("dim=0 ", over_queries)]:
    print(name, "row sums", [round(s, 2) for s in weights.sum(dim=-1).tolist()],
          "column sums", [round(s, 2) for s in weights.sum(dim=0).tolist()])
assert torch.allclose(over_keys.sum(dim=-1), torch.ones(2)), "rows should sum to 1"
assert [round(s, 2) for s in over_queries.sum(dim=-1).tolist()] == [1.35, 1.65], "not the totals that the text gives"

# %% tags=["demonstration"]
down, along = torch.zeros(2, 3, dtype=torch.bool), torch.zeros(2, 3, dtype=torch.bool)
along[0], down[:, 0] = True, True  # one group that sums to 1, in each picture
show_grids(
    Grid(scores.int(), "scores", row_axis="query", column_axis="key"), "→",
    Grid(over_keys.round(decimals=2), "dim=-1: rows sum to 1", along, row_axis="query", column_axis="key"), "or",
    Grid(over_queries.round(decimals=2), "dim=0: columns sum to 1", down, row_axis="query", column_axis="key"),
    description="Scores of 2 queries by 3 keys, and their weights in two versions. With dim=-1 each row sums to 1: "
    "0.09, 0.24, 0.67 and 0.02, 0.02, 0.96. With dim=0 each column does: 0.5 and 0.5, 0.73 and 0.27, 0.12 and 0.88.",
)

# %% [markdown]
# With `dim=0`, query 0 hands out 1.35 in all and query 1 hands out 1.65. No error, no warning, and a model that
# trains badly. A sum is the quickest proof: `weights.sum(dim=-1)` must be all ones.
#
# Try all of it. Drag a bar, halve the temperature (it divides the logits), add 100, flip `dim`. Which of these moves
# no share at all?

# %% tags=["demonstration"]
explore_softmax()

# %% [markdown]
# ## Simple attention
#
# You have both halves: scores, then softmax over keys. Put them together for one sequence. Here the tokens play both
# parts: the same vectors ask and are asked. (In Module 05, two linear layers make queries and keys of them first.)

# %% [markdown]
# ### Exercise: dot_product_weights
#
# Turn token vectors into attention weights: plain dot-product scores, then softmax over the keys.
#
# `dot_product_weights(tokens)`: `(seq, embed)` -> `(seq, seq)`
#
# With 6 tokens of width 8, the scores and the weights are `(6, 6)`. Row *i* holds the weights of query token *i*.
# The first step stands in the cell. Complete the other two.
#
# *About 4 minutes. Medium. Core.* A neighbor of it: two tokens, `[1, 0]` and `[1, 1]`. Their scores, worked out by
# hand, are `[[1, 1], [1, 2]]`. Each row goes through softmax on its own.

# %% tags=["nbval-check-output"]
for query, row in enumerate([[1.0, 1.0], [1.0, 2.0]]):
    print("query", query, [round(weight, 2) for weight in torch.softmax(torch.tensor(row), dim=0).tolist()])

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Which two shapes make (seq, seq)? (seq, embed) @ (embed, seq).
#
# </details>
# <details><summary>Hint 2</summary>
#
# Transpose the keys for the product. Then let `torch.softmax` do the rest; think which `dim` are the keys.
#
# </details>
# <details><summary>Hint 3</summary>
#
# Check your own result: `weights.sum(dim=-1)` must be all ones. Use the plain scores: no scaling here.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "dot_product_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dot_product_weights(tokens: torch.Tensor) -> torch.Tensor:
    """(seq, embed) -> (seq, seq): softmax over keys of all dot products; row i belongs to query i."""
    queries, keys = tokens, tokens  # step 1: the same vectors ask and are asked
    # step 2: scores, one for each pair (query in the row, key in the column)
    # step 3: softmax over the keys
    ### BEGIN SOLUTION
    scores = queries @ keys.T
    return torch.softmax(scores, dim=-1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "dot_product_weights_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("dot_product_weights")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(511)
for count, width, dtype in [(6, 8, torch.float64), (5, 3, torch.float64), (2, 9, torch.float64), (4, 3, torch.float32)]:
    tokens = torch.randn(count, width, dtype=dtype)
    wanted = torch.softmax(torch.einsum("qd,kd->qk", tokens, tokens), dim=1)
    found = call(dot_product_weights, tokens).result
    assert close(found, wanted), f"tokens ({count}, {width}): not the softmax over keys of all dot products"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dot_product_weights_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(512)
square = torch.randn(7, 7, dtype=torch.float64)  # as many tokens as features: features by features would fit too
outcome = call(dot_product_weights, square)
wanted = torch.softmax(torch.einsum("qd,kd->qk", square, square), dim=1)
assert close(outcome.result, wanted), "wrong weights where seq equals embed"
assert outcome.changed == (), "dot_product_weights changed its argument"

# Whole numbers, so the scores are exact; e to the largest of them is inf in float32.
large = torch.tensor([[11.0, 2.0, 0.0], [10.0, 0.0, 3.0], [12.0, 1.0, 1.0], [0.0, 9.0, 4.0]])
wanted = torch.softmax(torch.einsum("qd,kd->qk", large, large), dim=1)
assert close(call(dot_product_weights, large).result, wanted), "wrong weights for large scores"
alone = call(dot_product_weights, torch.randn(1, 5)).result
assert close(alone, torch.ones(1, 1)), "a token alone gives all its weight to itself"
### END HIDDEN TESTS

# %% [markdown]
# ### The heatmap
#
# Here is the same computation, done by torch for "the cat sat on the mat". The vectors are random, as in a model that
# has not learned anything yet. One thing is real already: both *the* are the same row of the table.

# %%
sentence = ["the", "cat", "sat", "on", "the", "mat"]
torch.manual_seed(43)
table = 0.7 * torch.randn(len(words), 8)
tokens = table[torch.tensor([words.index(word) for word in sentence])]
weights = torch.softmax(tokens @ tokens.T, dim=-1)

figure, axes = plt.subplots(figsize=(5.4, 4.4), layout="constrained")
image = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
figure.colorbar(image, ax=axes, label="Attention weight")
axes.set(title="Who looks at whom", xlabel="Key token", ylabel="Query token")
axes.set_xticks(range(6), sentence)
axes.set_yticks(range(6), sentence)
show_figure(figure, "Heatmap of 6 by 6 attention weights, key token on x, query token on y. Each row is darkest on "
          "the diagonal. The two rows of the word 'the' are equal, and weigh both 'the' the same.")

# %% tags=["nbval-check-output"]
print("the first 'the' ", [round(weight, 2) for weight in weights[0].tolist()])
print("the second 'the'", [round(weight, 2) for weight in weights[4].tolist()])
top = weights.diagonal() > weights.amax(dim=-1) - 1e-6  # nobody weighs more than the token itself
print("tokens that weigh themselves most:", int(top.sum()), "of 6")
assert torch.allclose(weights[0], weights[4]), "both rows of 'the' should be equal"
assert top.all(), "the diagonal should be the largest of each row"

# %% [markdown]
# Read it one row at a time: each row is a query and its weights. Two things stand out.
#
# - **The diagonal is dark.** A vector's dot product with itself is its squared length, here the largest score in each
#   row.
# - **The two *the* have the same row.** Attention sees vectors, not places. Without the position vectors of notebook
#   3 it cannot tell the first *the* from the second.

# %% [markdown]
# ## Weights times values
#
# Weights say where to look. Now we look: the output of a token is the weighted average of all tokens' vectors.
# The vectors that are averaged are the **values**. One matrix product does it for all queries: `weights @ values`.
#
# One row, by hand: three values of width 2, and one query that splits its weight between the first two.

# %% tags=["nbval-check-output"]
values = torch.tensor([[10.0, 0.0], [0.0, 20.0], [99.0, 99.0]])
row = torch.tensor([[0.5, 0.5, 0.0]])  # the weights of one query: (1, 3)
by_hand = 0.5 * values[0] + 0.5 * values[1] + 0.0 * values[2]
print("by hand       ", by_hand.tolist())
print("row @ values  ", (row @ values)[0].tolist(), " shape", tuple((row @ values).shape))
assert torch.equal((row @ values)[0], by_hand), "the product is not the weighted sum"

# %%
counts = row.T.expand(3, 2) > 0
show_grids(
    Grid(row, "weights (1, 3)", row > 0, rows=["query"], column_axis="key"), "@",
    Grid(values.int(), "values (3, 2)", counts, row_axis="key"), "=",
    Grid((row @ values).int(), "output (1, 2)", rows=["query"]),
    description="The weights 0.5, 0.5, 0 times three value rows, 10 and 0, 0 and 20, 99 and 99, give 5 and 10. "
    "The last value row is not marked: its weight is 0.",
)

# %% [markdown]
# The third token has weight 0, so nothing of its 99s arrives.
#
# **Predict.** All weights are equal: 6 tokens, each weight 1/6. What are the 6 rows of `weights @ values`?
#
# <details><summary>The values, unchanged</summary>
#
# That needs each token to look at itself alone: the identity matrix as weights. Equal weights mix all tokens.
#
# </details>
# <details><summary>Six times the same row, the mean of all values</summary>
#
# Yes. A weighted average with equal weights is the mean, and each query has the same weights.
#
# </details>
# <details><summary>The values, each divided by 6</summary>
#
# That scales each row on its own. A matrix product also adds up: every output row is a sum over *all* value rows.
#
# </details>

# %% tags=["nbval-check-output"]
torch.manual_seed(1)
values = torch.randn(6, 8)
mixed = torch.full((6, 6), 1 / 6) @ values
print("all rows equal the mean:", torch.allclose(mixed, values.mean(dim=0).expand(6, 8), atol=1e-6))
print("identity changes nothing:", torch.equal(torch.eye(6) @ values, values))

# %% [markdown]
# ### Exercise: apply_weights
#
# Mix the values by the weights, one output row for each query.
#
# `apply_weights(weights, values)`: `(queries, keys)`, `(keys, embed)` -> `(queries, embed)`
#
# With weights `(6, 6)` and values `(6, 8)`, the result is `(6, 8)`. Every output row is a weighted average of all six
# value rows.
#
# *About 3 minutes. Easy. Core.* A neighbor of it: three exams count 20 %, 30 % and 50 %. `marks` is `(4, 3)`, a row
# for each of four students, and `share` is `(3,)`. Then `marks @ share` is `(4,)`, the average of each student. There
# the weights stand on the right. In attention they stand on the left, a row for each query.
#
# <details><summary>Hint 1</summary>
#
# Write the two shapes side by side. Which sizes are equal, and so can be the inner ones?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Row i of the result: go along row i of the weights and add up weight times value row.
#
# </details>
# <details><summary>Hint 3</summary>
#
# It is a single matrix product, with nothing transposed. Do not normalize again: the weights come ready to use.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "apply_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def apply_weights(weights: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """(queries, keys) weights and (keys, embed) values -> (queries, embed) weighted averages of the value rows."""
    ### BEGIN SOLUTION
    return weights @ values
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "apply_weights_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("apply_weights")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(521)
for queries, keys, width in [(6, 6, 8), (3, 5, 4), (1, 4, 3)]:
    weights = torch.softmax(2 * torch.randn(queries, keys, dtype=torch.float64), dim=-1)
    values = torch.randn(keys, width, dtype=torch.float64)
    wanted = torch.einsum("qk,kd->qd", weights, values)
    found = call(apply_weights, weights, values).result
    assert close(found, wanted), f"weights ({queries}, {keys}), values ({keys}, {width}): not the weighted averages"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "apply_weights_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(522)
weights = torch.softmax(2 * torch.randn(5, 5, dtype=torch.float64), dim=-1)  # seq equals embed: every product fits
values = torch.randn(5, 5, dtype=torch.float64)
outcome = call(apply_weights, weights, values)
assert close(outcome.result, torch.einsum("qk,kd->qd", weights, values)), "wrong where seq equals embed"
assert outcome.changed == (), "apply_weights changed one of its arguments"

values = torch.randn(4, 3)
picked = call(apply_weights, torch.tensor([[0.0, 0.0, 1.0, 0.0]]), values).result
assert close(picked, values[2:3]), "all weight on one key gives that key's value"
### END HIDDEN TESTS

# %% [markdown]
# That is attention, whole: look up, score, softmax, mix. The shape that came in, `(seq, embed)`, goes out again. So
# layers can be stacked, and a transformer does stack them, with two more pieces around each.

# %% [markdown]
# ## Recap
#
# Attention is four shapes: ids `(T,)`, vectors `(T, D)`, weights `(T, T)`, output `(T, D)`. Softmax over keys makes
# weights, `weights @ values` uses them. Name the axes, print the shapes, check a sum.
#
# **Back:** [4 Layout](4_layout.ipynb). **Next:** [6 Build](6_build.ipynb), where you put your own parts together.
