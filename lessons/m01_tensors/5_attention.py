# %% [markdown]
# # Attention: how words look at each other
#
# After this notebook you can
#
# - turn a sentence into vectors with one indexing operation,
# - make attention weights from scores and softmax, and read them as a heatmap,
# - say which axis a softmax works on, and prove it with a sum,
# - say where queries, keys and values come from, why scores are divided by $\sqrt{d}$, and what the causal mask is for,
# - write attention in six lines, and get what torch's own function gives.
#
# About 30 minutes to read and run, plus 10 minutes for the three exercises. Before this: [4 Layout](4_layout.ipynb).
# All words: [glossary](glossary.md).

# %%
import math

import matplotlib.pyplot as plt
import torch

from shapewise import Grid, explore_attention, explore_matmul, explore_softmax, progress
from shapewise import show_figure, show_grids, word_vectors

# %% tags=["demonstration"]
progress("5_attention")

# %% [markdown]
# ## The map
#
# *The cat sat on the mat.* To read *sat*, you look back at *cat*: who sat? A transformer does the same with tensors.
# Each word gives every word a weight. Then it takes the weighted average of their vectors. That is the idea of
# **attention**, and this is the way there:
#
# | step | what comes out | shape |
# |---|---|---|
# | 1 | a number for each word, its **id** | `(T,)` |
# | 2 | a vector for each id | `(T, D)` |
# | 3 | a score for each pair of words | `(T, T)` |
# | 4 | weights: scores that were made to sum to 1 | `(T, T)` |
# | 5 | an average of the vectors for each word, by its weights | `(T, D)` |
#
# The letters are those of papers. **T** counts the tokens, our axis *seq*. A token is a piece of text, here a word.
# **D** counts the numbers of a token's vector, our axis *embed*. Step 3 brings a second seq axis: every word meets
# every word. For now each may look in both directions, back and ahead; that a language model must not look ahead comes
# further down.

# %% [markdown]
# ## Ids become vectors
#
# A model cannot multiply the word *cat*. It multiplies the vector that stands for *cat*. All those vectors lie in one
# table, the **embedding table**, of shape `(vocab, embed)`: one row per word. A token id is a row number. To embed a
# token is to look up its row.
#
# Our table holds 200 common words with 16 numbers each. They were not invented for this course. A program learned them
# from a lot of text, by looking at which words stand near each other. The three steps are numbered; you need them
# again in a minute.

# %% tags=["nbval-check-output"]
sentence = ["the", "cat", "sat", "on", "the", "mat"]
words, embedding = word_vectors()                             # step 1: the table, one row per word
ids = torch.tensor([words.index(word) for word in sentence])  # step 2: the ids, whole numbers in a tensor
vectors = embedding[ids]                                      # step 3: index the rows with all ids at once

print("table  ", tuple(embedding.shape))
print("ids    ", ids.tolist())
print("vectors", tuple(vectors.shape))
print("cat     begins with", [round(number, 2) for number in vectors[1, :4].tolist()])
assert embedding.shape == (200, 16) and torch.equal(vectors[0], vectors[4])

# %% [markdown]
# Six ids went in, six rows came out, in the order of the ids. *the* was asked for twice, so its row came twice. No
# Python loop ran over the vectors. Every language model starts with this step.

# %% [markdown]
# ### Exercise: lookup
#
# Give back the vector of every id.
#
# `lookup(ids, table)`: `(seq,)`, `(vocab, embed)` → `(seq, embed)`
#
# With a vocabulary of 100, vectors of 32 numbers and the ids `[5, 23, 7, 42]`, the result is `(4, 32)`.
#
# *About 2 minutes. Easy.* The three steps above are the worked neighbor of this problem.
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
# first axis.
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
# How much should one word care about another? The **dot product** measures how well two vectors agree. It is large when
# they point the same way, near 0 when they have nothing to do with each other, and negative when they point in
# opposite ways.

# %% tags=["nbval-check-output"]
cat = embedding[words.index("cat")]
for other in ["rabbit", "dog", "mat", "king", "sat", "france"]:
    print(f"cat and {other:7}{torch.dot(cat, embedding[words.index(other)]):6.1f}")

scores = embedding @ cat  # the same for all 200 words, in one product: (200, 16) @ (16,)
largest = scores.topk(5).indices.tolist()
print("largest of all:", *(f"{words[at]} {scores[at]:.1f} " for at in largest))

# %% [markdown]
# Nobody told these vectors what an animal is. Dogs and rabbits stand near the same words as cats, and that is enough.
# (*rabbit* even beats *cat* itself: a dot product also grows with the length of the vectors, and *rabbit* is longer.)
#
# The vector that asks is called the **query**. The vector that is asked is the **key**. For our sentence, let every
# word ask every word. That is one matrix product, `(6, 16) @ (16, 6)`:

# %% tags=["nbval-check-output"]
scores = vectors @ vectors.T
print(tuple(scores.shape))
assert round(scores[2, 5].item()) == 11 and scores[2, 1] < 0 and scores[0, 0] < scores[1, 1]

# %% jupyter={"source_hidden": true} tags=["demonstration"]
show_grids(
    Grid(scores.round().int(), "scores (6, 6)", scores > 8, sentence, sentence, row_axis="query", column_axis="key"),
    description="Scores of the six words of the sentence with each other. Marked are those above 8: the, on and the "
    "with each other, cat with itself, sat and mat with themselves and with each other (11). The score of sat with "
    "cat is -3.",
)

# %% [markdown]
# *sat* and *mat* agree: texts say where one sits. *the* and *on* agree: they stand everywhere. And *sat* has nothing to
# do with *cat*. Remember that one.
#
# A transformer does this for all heads and all sequences at once. Papers write it $Q K^T$.
#
# **Predict.** `q` and `k` both have the shape `(2, 8, 32, 8)`: batch, heads, seq, head_dim. What is the shape of
# `q @ k.transpose(-2, -1)`?
#
# <details><summary><code>(2, 8, 8, 8)</code></summary>
#
# Tempting: that is what `q.transpose(-2, -1) @ k` gives. It sums over the 32 tokens and leaves feature by feature. We
# want to sum over the 8 features and keep token by token.
#
# </details>
# <details><summary><code>(32, 32)</code></summary>
#
# Tempting: it is right for one head of one sequence. But leading axes are never summed in a matrix product: 2
# sequences with 8 heads make 16 separate score matrices.
#
# </details>
# <details><summary>An error</summary>
#
# Tempting: `q @ k` would be one, (32, 8) @ (32, 8), since the inner sizes 8 and 32 differ. The transpose is there to
# make them agree.
#
# </details>
# <details><summary><code>(2, 8, 32, 32)</code></summary>
#
# Right. The last two axes are an ordinary product, (32, 8) @ (8, 32) → (32, 32): one score for each pair of tokens.
# The leading (2, 8) only say how many such products.
#
# </details>

# %% tags=["nbval-check-output"]
torch.manual_seed(0)
q, k = torch.randn(2, 8, 32, 8), torch.randn(2, 8, 32, 8)
many_scores = q @ k.transpose(-2, -1)

print("q           ", tuple(q.shape))
print("k transposed", tuple(k.transpose(-2, -1).shape))
print("scores      ", tuple(many_scores.shape))
one_pair = torch.dot(q[1, 3, 20], k[1, 3, 5])
print(f"scores[1, 3, 20, 5] is {many_scores[1, 3, 20, 5]:.2f}, the dot product of its pair {one_pair:.2f}")
assert torch.isclose(many_scores[1, 3, 20, 5], one_pair, atol=1e-5), "an entry is not the dot product of its pair"

# %% [markdown]
# The last two axes follow (m, k) @ (k, n) → (m, n). The axes before them batch. The last line of the output spells
# out one entry: in sequence 1, head 3, the score of query token 20 for key token 5 is the dot product of those two
# vectors. (`k.mT` is short for `k.transpose(-2, -1)`.)
#
# > **Rule.** Scores have queries in rows and keys in columns: `(..., seq of queries, seq of keys)`.
#
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

# %% jupyter={"source_hidden": true} tags=["demonstration"]
figure, panels = plt.subplots(1, 3, figsize=(4.9, 2.3), layout="constrained")
doubled = torch.softmax(2 * logits, dim=0)
titles = ["logits", "softmax(logits)", "softmax(2 × logits)"]
for axes, title, heights in zip(panels, titles, [logits, shares, doubled], strict=True):
    bars = axes.bar(["A", "B", "C"], heights, color="#3b6fb6")
    axes.bar_label(bars, fmt="%.2f")
    axes.set_title(title, fontsize="medium")
    axes.set(xlabel="word", ylabel={"logits": "score", "softmax(logits)": "share"}.get(title, ""))
    axes.set_ylim(0, 2.4 if title == "logits" else 1.1)
assert round(doubled[0].item(), 2) == 0.86, "doubled logits: the top share is not 86 %"
show_figure(figure, "Three bar charts. Logits 2.0, 1.0 and 0.1 become shares 0.66, 0.24 and 0.10. "
          "Doubled logits become shares 0.86, 0.12 and 0.02: the largest gains.")

# %% [markdown]
# Doubling takes the top word from 66 % to 86 %. Halving would bring the words closer together. A number that the logits
# are divided by is called a **temperature**; near the end of this notebook you build a slider for it.
#
# **Predict.** Instead of doubling, add 100 to each of the three logits. What happens to the shares?
#
# <details><summary>Nothing changes</summary>
#
# Right. Each power is multiplied by the same $e^{100}$, which cancels in the fraction. That is exact arithmetic; in
# float32 the step-by-step version has a surprise.
#
# </details>
# <details><summary>The top share grows</summary>
#
# Tempting: that is what multiplying does. Adding leaves every difference as it was, and softmax sees nothing but
# differences.
#
# </details>
# <details><summary>They become nearly equal</summary>
#
# Tempting: 102, 101 and 100.1 are nearly the same number, in proportion. Softmax does not compare by ratio. The
# difference between the first two is still 1, so their shares still stand 2.72 to 1.
#
# </details>

# %% tags=["nbval-check-output"]
shifted = logits + 100
by_hand = shifted.exp() / shifted.exp().sum()
print("powers        ", shifted.exp().tolist())
print("by hand       ", by_hand.tolist())
print("torch.softmax ", [round(value, 3) for value in torch.softmax(shifted, dim=0).tolist()])
print(f"e^100 is {math.exp(100):.1e}, the largest float32 {torch.finfo(torch.float32).max:.1e}")
assert by_hand.isnan().all(), "the version by hand should have overflowed"

# %% [markdown]
# `torch.softmax` gives the same 66 %, 24 % and 10 %. The version by hand broke: $e^{100}$ is about
# $2.7 \cdot 10^{43}$, and float32 ends near $3.4 \cdot 10^{38}$. The powers overflow to `inf`, and `inf / inf` is
# `nan`.
#
# The cure follows from the prediction. Adding the same number to each logit changes nothing, so subtract the largest.
# Then the largest power is $e^0 = 1$ and nothing can overflow. `torch.softmax` does exactly that.
#
# > **Rule.** In real code, call `torch.softmax`. It is the stable one.

# %% [markdown]
# ## Which axis?
#
# Softmax works along one axis, and it never complains about the wrong one. Torch calls the argument `dim`. Take two
# queries and three keys, with the scores `[[1, 2, 3], [1, 1, 5]]`.
#
# **Predict.** These scores are `(2, 3)`, queries in rows. Each query's weights must sum to 1. Which `dim` does that?
#
# <details><summary><code>dim=0</code></summary>
#
# Tempting: axis 0 is the rows, and each row should sum to 1. But `dim` names the axis that is walked *along*. Along
# axis 0 you go down a column, so columns sum to 1.
#
# </details>
# <details><summary><code>dim=-1</code></summary>
#
# Right. The last axis is the keys. Walking along it stays within one query.
#
# </details>
# <details><summary>Either, since softmax always sums to 1</summary>
#
# Tempting: it does. But something different sums to 1 each time: the keys of a query, or the queries of a key.
#
# </details>

# %% tags=["nbval-check-output"]
small = torch.tensor([[1.0, 2.0, 3.0], [1.0, 1.0, 5.0]])
over_queries, over_keys = (torch.softmax(small, dim=axis) for axis in range(2))  # along axis 0, along axis 1

for axis, weights in enumerate([over_queries, over_keys]):
    rows, columns = ([round(total, 2) for total in weights.sum(dim=along).tolist()] for along in (1, 0))
    print("along axis", axis, " row sums", rows, " column sums", columns)
assert torch.allclose(over_keys.sum(dim=-1), torch.ones(2)), "rows should sum to 1"
assert [round(s, 2) for s in over_queries.sum(dim=-1).tolist()] == [1.35, 1.65], "not the totals that the text gives"

# %% jupyter={"source_hidden": true} tags=["demonstration"]
down, along = torch.zeros(2, 3, dtype=torch.bool), torch.zeros(2, 3, dtype=torch.bool)
along[0], down[:, 0] = True, True  # one group that sums to 1, in each picture
show_grids(
    Grid(small.int(), "scores", row_axis="query", column_axis="key"), "→",
    Grid(over_keys.round(decimals=2), "dim=-1: rows sum to 1", along, row_axis="query", column_axis="key"), "or",
    Grid(over_queries.round(decimals=2), "dim=0: columns sum to 1", down, row_axis="query", column_axis="key"),
    description="Scores of 2 queries by 3 keys, and their weights in two versions. With dim=-1 each row sums to 1: "
    "0.09, 0.24, 0.67 and 0.02, 0.02, 0.96. With dim=0 each column does: 0.5 and 0.5, 0.73 and 0.27, 0.12 and 0.88.",
)

# %% [markdown]
# Axis 1 is the last one, so `dim=1` and `dim=-1` say the same here. In a model there are axes in front, and only -1
# stays right. With `dim=0`, query 0 hands out 1.35 in all and query 1 hands out 1.65. No error, no warning, and a model
# that trains badly. A sum is the quickest proof: `weights.sum(dim=-1)` must be all ones.
#
# Try all of it. Drag a bar, halve the temperature, add 100, flip `dim`. Which of these moves no share at all?

# %% tags=["demonstration"]
explore_softmax()

# %% [markdown]
# ## Simple attention
#
# You have both halves: scores, then softmax over keys. Put them together for one sequence. The words play both parts
# for now: the same vectors ask and are asked.

# %% [markdown]
# ### Exercise: dot_product_weights
#
# Turn token vectors into attention weights: plain dot-product scores, then softmax over the keys.
#
# `dot_product_weights(tokens)`: `(seq, embed)` → `(seq, seq)`
#
# With 6 tokens of 8 features, the scores and the weights are `(6, 6)`. Row *i* holds the weights of query token *i*.
# The first step stands in the cell. Complete the other two.
#
# *About 4 minutes. Medium.* A neighbor of it: two tokens, `[1, 0]` and `[1, 1]`. Their scores, worked out by hand, are
# `[[1, 1], [1, 2]]`. Each row goes through softmax on its own.

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
# Check your own result: `weights.sum(dim=-1)` must be all ones. Use the scores as they are: nothing is divided yet.
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
# Here is the same computation, done by torch for our sentence.

# %% tags=["nbval-check-output"]
weights = torch.softmax(vectors @ vectors.T, dim=-1)
for query in [0, 1, 2]:
    print(f"{sentence[query]} gives", [round(weight, 2) for weight in weights[query].tolist()])
print("the two rows of 'the' are equal:", torch.allclose(weights[0], weights[4]))
assert [round(weight, 2) for weight in weights[0].tolist()] == [0.38, 0.0, 0.0, 0.25, 0.38, 0.0]
assert weights[1, 1] > 0.995 and weights[2, 2] > 0.98 and torch.allclose(weights[0], weights[4])

# %% jupyter={"source_hidden": true} tags=["demonstration"]
figure, axes = plt.subplots(figsize=(5, 4.1), layout="constrained")
image = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
figure.colorbar(image, ax=axes, label="Attention weight")
axes.set(title="Who looks at whom", xlabel="Key token", ylabel="Query token")
axes.set_xticks(range(6), sentence)
axes.set_yticks(range(6), sentence)
show_figure(figure, "Heatmap of 6 by 6 attention weights, key token on x, query token on y. cat, sat and mat look at "
          "themselves alone. Both 'the' and 'on' share their weight among the three of them.")

# %% [markdown]
# Read it one row at a time: each row is a query and its weights.
#
# - ***the* shares its weight** among *the*, *on* and *the*: words that hold a sentence together.
# - **The two *the* have the same row.** Attention sees vectors, not places. Without the position vectors of notebook
#   3 it cannot tell the first *the* from the second.
# - ***cat*, *sat* and *mat* look at themselves.** A vector agrees best with itself, and softmax amplifies.
#
# So this attention finds the words that *resemble* a word. It does not find the words that a word is *about*: *sat*
# gives nothing to *cat*. We come back to that.

# %% [markdown]
# ## Weights times values
#
# Weights say where to look. Now we look: the output of a token is the weighted average of all tokens' vectors.
# The vectors that are averaged are the **values**. One matrix product does it for all queries: `weights @ values`.
#
# One row, by hand: three values of 2 numbers, and one query that splits its weight between the first two.

# %% tags=["nbval-check-output"]
values = torch.tensor([[10.0, 0.0], [0.0, 20.0], [99.0, 99.0]])
row = torch.tensor([[0.5, 0.5, 0.0]])  # the weights of one query: (1, 3)
by_hand = 0.5 * values[0] + 0.5 * values[1] + 0.0 * values[2]
print("by hand       ", by_hand.tolist())
print("row @ values  ", (row @ values)[0].tolist(), " shape", tuple((row @ values).shape))
assert torch.equal((row @ values)[0], by_hand), "the product is not the weighted sum"

# %% jupyter={"source_hidden": true} tags=["demonstration"]
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
# Tempting: each token has a weight for itself. But it has the same for all the others, so it mixes them all. Only the
# identity matrix as weights would leave the values as they are.
#
# </details>
# <details><summary>The values, each divided by 6</summary>
#
# Tempting: each value is scaled by 1/6. But a matrix product also adds up: every output row is a sum over *all* value
# rows.
#
# </details>
# <details><summary>Six times the same row, the mean of all values</summary>
#
# Right. A weighted average with equal weights is the mean, and each query has the same weights.
#
# </details>

# %% tags=["nbval-check-output"]
evenly = torch.full((6, 6), 1 / 6) @ vectors
for query in [0, 1, 2]:
    print(f"row {query} begins with", [round(number, 2) for number in evenly[query, :4].tolist()])
for name, candidate in [("the values", vectors), ("a sixth of them", vectors / 6), ("their mean", vectors.mean(dim=0))]:
    print(f"all rows equal {name}:", torch.allclose(evenly, candidate.expand(6, 16), atol=1e-6))

# %% [markdown]
# ### Exercise: apply_weights
#
# Mix the values by the weights, one output row for each query.
#
# `apply_weights(weights, values)`: `(queries, keys)`, `(keys, embed)` → `(queries, embed)`
#
# With weights `(6, 6)` and values `(6, 8)`, the result is `(6, 8)`. Every output row is a weighted average of all six
# value rows.
#
# *About 3 minutes. Easy.* A neighbor of it: three exams count 20 %, 30 % and 50 %. `marks` is `(4, 3)`, a row for each
# of four students, and `share` is `(3,)`. Then `marks @ share` is `(4,)`, the average of each student. There the
# weights stand on the right. In attention they stand on the left, a row for each query.
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
# ## Move it yourself
#
# Look up, score, softmax, mix: that is simple attention. Here is all of it on one page. A screen cannot show vectors of
# 16 numbers, so our six were pressed flat into a plane, with as much of their differences as fits. Every word is an
# arrow; both *the* lie on each other. Choose who asks, and follow the row of numbers from scores to weights. The arrow
# named *output* is the weighted average.
#
# - Let *sat* ask. Who gets most of its weight? Drag *cat* to where *sat* points. What do the weights do?
# - Drag an arrow so that it keeps its direction and doubles its length. Who looks at it now?
# - Where must the other arrows stand for the output of *sat* to be *sat* itself?

# %% tags=["demonstration"]
explore_attention("the cat sat on the mat", "1.3, -0.3; -1, 1.6; -1.3, -1.3; 1.3, -0.4; 1.3, -0.3; -1.7, -0.7")

# %% [markdown]
# At first *sat* gives 0.55 to itself and 0.42 to *mat*, which points nearly the same way. A longer arrow has larger
# scores with everybody on its side. And the output always lies among the arrows: it is an average.
#
# Two boxes are still waiting: *Divide by √d* and *Causal mask*. They belong to what comes next.

# %% [markdown]
# ## Three jobs, three matrices
#
# Three things stand between this and the attention of a language model. The first is the largest.
#
# **Predict.** In `vectors @ vectors.T`, the score of *sat* for *cat* is −2.55. What is the score of *cat* for *sat*?
#
# <details><summary>2.55: the other direction has the other sign</summary>
#
# Tempting: looking back is the opposite of looking forward. But a dot product has no direction. It multiplies the same
# pairs of numbers.
#
# </details>
# <details><summary>−2.55 again</summary>
#
# Right. A dot product does not care who asks: `a · b` is `b · a`. The whole matrix of scores is its own transpose.
#
# </details>
# <details><summary>Another number, which has to be computed</summary>
#
# Tempting: two words should be free to think differently of each other. Here they are not. Both scores are the sum of
# the same 16 products.
#
# </details>

# %% tags=["nbval-check-output"]
print("sat for cat", round(scores[2, 1].item(), 2), "  cat for sat", round(scores[1, 2].item(), 2))
print("scores equal their transpose:", torch.allclose(scores, scores.T))
assert [  # sat's weights for itself and for mat in the explorer above
    round(weight, 2)
    for weight in torch.softmax(
        torch.tensor([[1.3, -0.3], [-1, 1.6], [-1.3, -1.3], [1.3, -0.4], [1.3, -0.3], [-1.7, -0.7]])
        @ torch.tensor([-1.3, -1.3]),
        dim=0,
    )[[2, 5]].tolist()
] == [0.55, 0.42]

# %% [markdown]
# But "who sat?" is a question of the verb to the animal, and not the other way round. One vector cannot ask, answer and
# tell all at once. So a transformer makes three of it, with three linear layers (notebook 3), each with a weight matrix
# of its own:
#
# $$Q = X W_Q \qquad K = X W_K \qquad V = X W_V$$
#
# - the **query** says what a token looks for,
# - the **key** says what it has to offer,
# - the **value** is what it hands over when somebody looks.
#
# A model learns the three matrices. Let us set two by hand, for the question *who does it?* We give them a single
# column each, so a query is one number: how much is this word a verb? And a key is one number: how much is it an
# animal?

# %% tags=["nbval-check-output"]
def vectors_of(text: str) -> torch.Tensor:
    return embedding[torch.tensor([words.index(word) for word in text.split()])]


verb = vectors_of("ran walked jumped fell ate drank").mean(dim=0)
animal = vectors_of("horse cow sheep pig fish rabbit").mean(dim=0)
w_q = (verb / verb.norm())[:, None]      # (16, 1): the direction in which verbs lie
w_k = (animal / animal.norm())[:, None]  # (16, 1): the direction in which animals lie

for text in ["the cat sat on the mat", "the dog slept on the sofa"]:
    x = vectors_of(text)
    q, k = x @ w_q, x @ w_k  # (6, 16) @ (16, 1) -> (6, 1)
    weights = torch.softmax(q @ k.T, dim=-1)
    print("word  ", *(f"{word:>6}" for word in text.split()))
    print("query ", *(f"{number:6.1f}" for number in q[:, 0]))
    print("key   ", *(f"{number:6.1f}" for number in k[:, 0]))
    print(text.split()[2], "gives", *(f"{weight:6.2f}" for weight in weights[2]), "\n")
    assert weights[2, 1] > 0.98

# %% [markdown]
# *sat* now gives 0.99 to *cat*, and *slept* gives everything to *dog*. None of these four words was in the two lists.
# Their vectors lie where verbs and animals lie, and that is all the matrices need. Try a sentence of your own: every
# word in `words` will do.
#
# Another pair of matrices can ask *where?* That would be a second **head**, as you split them in notebook 4: its own
# queries, keys and values, its own weights. The third matrix, $W_V$, decides what is handed over. We left it out, so
# the output of *sat* is nearly the vector of *cat*: after this step, *sat* knows who sat.

# %% [markdown]
# ## Why divide by √d
#
# A real query is longer than one number. In a head it has $d$ of them; GPT-2 takes 64. A dot product adds up $d$
# products, so scores grow with $d$. And the further scores lie apart, the closer softmax comes to all or nothing:

# %% tags=["nbval-check-output"]
torch.manual_seed(4)
for d in [8, 64, 512]:
    q, k = torch.randn(32, d), torch.randn(32, d)
    plain, scaled = q @ k.T, q @ k.T / math.sqrt(d)
    top = [torch.softmax(one, dim=-1).amax(dim=-1).mean().item() for one in (plain, scaled)]
    print(f"d {d:3}: spread of the scores {plain.std():5.1f}, divided {scaled.std():.1f}",
          f"  mean top weight of 32 {top[0]:.2f}, divided {top[1]:.2f}")
    assert abs(scaled.std() - 1) < 0.2, "the divided spread is not near 1"

# %% [markdown]
# The spread, here the standard deviation, grows like $\sqrt{d}$. Divided by $\sqrt{d}$, it stays near 1 for every $d$.
# A weight of nearly 1 for one token means nearly 0 for all others, and then training cannot tell which of them would
# have been worth a look. (Softmax is almost flat there.)
#
# Our sentence shows it too. There $d$ is 16, so scores are divided by 4:

# %% tags=["nbval-check-output"]
for name, weights in [("plain  ", torch.softmax(scores, dim=-1)), ("divided", torch.softmax(scores / 4, dim=-1))]:
    print(name, "sat gives", *(f"{word} {weight:.2f} " for word, weight in zip(sentence, weights[2].tolist())))
assert round(torch.softmax(scores / 4, dim=-1)[2, 5].item(), 2) == 0.24

# %% [markdown]
# *mat* comes back into view.

# %% [markdown]
# ## The causal mask: no look at what comes
#
# So far every word looked in both directions. A language model must not. Its task is to guess the **next** word, at
# every place of the sentence at once: *cat* after *the*, *sat* after *the cat*, and so on. If *cat* could look at
# *sat*, the answer would lie open, and the model would learn to copy instead of to guess. So each token may look at
# itself and at what came before. Nothing else.
#
# A **mask** says so: bool, `True` where a query may look. Where it is `False`, the score becomes $-\infty$ before the
# softmax. $e^{-\infty}$ is 0, so the weight is 0 and the rest still sums to 1.

# %% tags=["nbval-check-output"]
may_look = torch.ones(6, 6, dtype=torch.bool).tril()  # tril keeps the lower triangle
masked = (scores / 4).masked_fill(~may_look, -math.inf)  # a new tensor; scores stays
weights = torch.softmax(masked, dim=-1)
print("row of sat, scores ", [round(score, 2) for score in masked[2].tolist()])
print("row of sat, weights", [round(weight, 2) for weight in weights[2].tolist()])
print("row sums", [round(total, 2) for total in weights.sum(dim=-1).tolist()])
assert torch.allclose(weights.sum(dim=-1), torch.ones(6)) and (weights.triu(1) == 0).all()

# %% jupyter={"source_hidden": true} tags=["demonstration"]
show_grids(
    Grid(may_look.int(), "mask: 1 where a query may look", may_look, sentence, sentence, row_axis="query",
         column_axis="key"), "→",
    Grid(weights.round(decimals=2), "weights", may_look, sentence, sentence, row_axis="query", column_axis="key"),
    description="The causal mask of six tokens, a lower triangle of ones, and the weights under it: zero above the "
    "diagonal. The first the has only itself to look at, with weight 1.",
)

# %% [markdown]
# **Predict.** Somebody forgets the $-\infty$ and sets the forbidden weights to 0 *after* the softmax. What is wrong?
#
# <details><summary>Nothing: the forbidden weights are 0 either way</summary>
#
# Tempting: they are. But softmax had shared the 1 among all six words. What the forbidden ones had got is lost.
#
# </details>
# <details><summary>The weights come out negative</summary>
#
# Tempting: something is taken away. But every weight is a share of powers of e, or 0. Neither is negative.
#
# </details>
# <details><summary>The rows no longer sum to 1</summary>
#
# Right. The first row is hit hardest: most of its weight had gone to words that it may not see. And how much is left
# still depends on those words, so the future leaks in.
#
# </details>

# %% tags=["nbval-check-output"]
late = torch.softmax(scores / 4, dim=-1) * may_look
print("row sums", [round(total, 2) for total in late.sum(dim=-1).tolist()])
print("smallest weight", round(late.min().item(), 2))
assert round(late.sum(dim=-1)[0].item(), 2) == 0.34

# %% [markdown]
# Now go back to [the arrows](#Move-it-yourself), let *sat* ask, and tick *Causal mask*: *mat* drops out. Let *mat* ask:
# it still sees all of them. Then tick *Divide by √d*. Which way do the weights move?

# %% [markdown]
# ## Attention, whole
#
# Six lines hold all of it. The three matrices are random, as in a model that has learned nothing yet.

# %% tags=["nbval-check-output"]
torch.manual_seed(5)
w_q, w_k, w_v = (torch.randn(16, 16) / 4 for _ in range(3))  # three linear layers, not trained yet

q, k, v = vectors @ w_q, vectors @ w_k, vectors @ w_v        # what each token looks for, offers, hands over
scores = q @ k.mT / math.sqrt(q.shape[-1])                   # every query meets every key
may_look = torch.ones(6, 6, dtype=torch.bool).tril()         # itself, and what came before
scores = scores.masked_fill(~may_look, -math.inf)
weights = torch.softmax(scores, dim=-1)                      # over keys
output = weights @ v                                         # a weighted average for each token

by_torch = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
print("output", tuple(output.shape), " the same as torch's own:", torch.allclose(output, by_torch, atol=1e-6))
assert torch.allclose(output, by_torch, atol=1e-6)

# %% [markdown]
# `torch.nn.functional.scaled_dot_product_attention` is the last five of these six lines as one function. Models call it
# because it is tuned: on a GPU it can work in blocks and never write the large `(T, T)` weights to memory. You know now
# what it computes.
#
# That is attention, whole: the formula of the paper *Attention Is All You Need* (2017), with a language model's mask.
#
# $$\mathrm{attention}(Q, K, V) = \mathrm{softmax}\left(\frac{Q K^T}{\sqrt{d}}\right) V$$
#
# It has one head so far. With more, `q`, `k` and `v` become `(batch, heads, seq, head_dim)` as in notebook 4, and not
# one of the lines changes: they use the last two axes only. In [notebook 6](6_build.ipynb) you write it for any number
# of heads.

# %% [markdown]
# ## What a language model does with it
#
# The shape that came in, `(T, D)`, goes out again. So attention can be stacked, and a transformer does stack it: the
# smallest GPT-2 has 12 layers of it with 12 heads each. Around each attention stand a few more pieces. Notebook 6 builds
# them.
#
# At the end each token's vector meets a last linear layer, `(T, D) @ (D, vocab)`. It gives one logit for every word
# that could come next, at every place. Softmax makes shares of them. In training, the share of the word that really
# came is pushed up. To write text, the model takes the last row, draws a word by its shares, appends it, and starts
# again.
#
# ### Your own slider
#
# Before that draw, the logits are divided by a temperature. Below 1 the likeliest words win more often, above 1 the
# others get a chance. You could print it for one temperature after the other. But a function with a number in it can
# have a slider: `interact` from `ipywidgets` makes one, and calls the function each time that you move it.

# %% tags=["demonstration"]
from ipywidgets import interact


def stars(number):
    print("*" * number)


slider = interact(stars, number=(1, 40))

# %% [markdown]
# Now yours. `likeliest` takes a temperature. As logits it has the scores of all 200 words with *mat*. Replace the three
# dots by a slider over the temperature, from 0.2 to 5 in steps of 0.1: three numbers between the brackets.

# %% tags=["demonstration"]
logits = embedding @ embedding[words.index("mat")]


def likeliest(temperature):
    shares = torch.softmax(logits / temperature, dim=-1)
    for share, at in zip(*shares.topk(6)):
        print(f"{words[at]:8}{share:.2f} " + "█" * round(40 * share.item()))


likeliest(temperature=1)
slider = ...  # interact(likeliest, and the range of the slider)

# %% [markdown]
# What is left at 0.2? And at 5, how far ahead is the first word? Change *mat* to another word and run the cell again.
#
# <details><summary>One way to write it</summary>
#
# `slider = interact(likeliest, temperature=(0.2, 5, 0.1))`
#
# </details>

# %% [markdown]
# ## If you like: einsum
#
# *Optional; nothing later needs it.* Transposes are easy to get wrong, since they say *swap these two* and not *which*
# two. `torch.einsum` lets you name the axes with letters. One letter per axis, a comma between the tensors, and behind
# the arrow the axes that you want:
#
# - a letter that stands in both tensors lines them up,
# - a letter that is missing behind the arrow is multiplied and **summed** over.
#
# Scores are `"qd,kd->qk"`: `d` stands in both and is gone behind the arrow. That is the dot product of every query with
# every key.

# %% jupyter={"source_hidden": true} tags=["demonstration"]
first, second = torch.tensor([[1, 2, 3], [0, 1, 0]]), torch.tensor([[1, 0, 1], [2, 1, 0], [0, 3, 1], [1, 1, 1]])
one_row, other_row, one_cell = first == 5, second == 9, torch.zeros(2, 4, dtype=torch.bool)
one_row[0], other_row[2], one_cell[0, 2] = True, True, True
show_grids(
    Grid(first, "qd", one_row, row_axis="q", column_axis="d"), ",",
    Grid(second, "kd", other_row, row_axis="k", column_axis="d"), "→",
    Grid(torch.einsum("qd,kd->qk", first, second), "qk", one_cell, row_axis="q", column_axis="k"),
    description="einsum qd,kd->qk. Row 0 of the first tensor, 1, 2, 3, and row 2 of the second, 0, 3, 1, are marked. "
    "Their products along d sum to 9, the marked entry in row 0 and column 2 of the result.",
)

# %% tags=["nbval-check-output"]
q, k, v = torch.randn(2, 8, 6, 4), torch.randn(2, 8, 6, 4), torch.randn(2, 8, 6, 4)  # batch, heads, seq, head_dim
scores = torch.einsum("bhqd,bhkd->bhqk", q, k)
print("scores ", tuple(scores.shape), torch.allclose(scores, q @ k.mT, atol=1e-5))
mixed = torch.einsum("bhqk,bhkd->bqhd", scores, v)
print("mixed  ", tuple(mixed.shape), torch.allclose(mixed, (scores @ v).transpose(1, 2), atol=1e-4))
print("sum    ", torch.allclose(torch.einsum("qd->", q[0, 0]), q[0, 0].sum(), atol=1e-5))

# %% [markdown]
# The second line of the three mixes the values and swaps two axes in one step: `bqhd` asks for the tokens before the
# heads, ready to be merged. And no letter had to be counted from the end.

# %% [markdown]
# ## Recap
#
# Three linear layers make a query, a key and a value of each token; queries meet keys, and the scores are divided by
# $\sqrt{d}$.
#
# The causal mask hides what comes, softmax over keys makes weights, and `weights @ v` is a weighted average of values.
#
# **Next:** [6 Build](6_build.ipynb), where your own parts become a block of a transformer. **Before:**
# [4 Layout](4_layout.ipynb). All words: [glossary](glossary.md).
#
# **Done for now?** Your work lies beside this notebook, and what passed is remembered. `!shapewise hand-in`, in a cell of
# its own, makes what you hand in and says what is in it.
