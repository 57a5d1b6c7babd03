# %% [markdown]
# # PyTorch: NumPy's ideas, built to train
#
# You could write a language model in NumPy, but you would not want to train it there. PyTorch takes the same arrays to
# a GPU and works out their gradients. After this notebook you can
#
# - say what torch adds to NumPy, and time two versions of a computation fairly,
# - let torch work out a gradient, and check it by hand,
# - make tensors, choose how many bits a number gets, and tell what is lost with few,
# - write code that runs on a GPU or without one, and never mixes the two,
# - write the layer that a language model uses most.
#
# About 20 minutes to read and run, plus 10 minutes for the two exercises. New words stand in **bold** where they are
# explained; all are in the [glossary](glossary.md). Before this: [2 Operations](2_operations.ipynb).

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import torch

from shapewise import expect, explore_bits, progress, show_figure

# %% tags=["demonstration"]
progress("3_pytorch")

# %% [markdown]
# ## What is in your machine
#
# Everything so far would have worked in NumPy alone. So why learn a second library? There are three reasons: speed,
# gradients, and functions tuned for the job. We measure the first and the last on the machine that you are sitting at,
# so first ask torch what it found there.
#
# A **device** is a place where numbers live and are computed with. The CPU is always there. An NVIDIA GPU is called
# `cuda`, the GPU in an Apple computer `mps`. One short function picks the best of the three, and the rest of the code
# never asks again.

# %%
def pick_device() -> torch.device:
    """cuda where there is one, else mps, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


device = pick_device()
print("torch version ", torch.__version__)
print("CUDA there?   ", torch.cuda.is_available())
print("MPS there?    ", torch.backends.mps.is_available())
print("device picked ", device)

# %% [markdown]
# If yours says `cpu`, you miss nothing in this notebook. Every cell runs there too.

# %% [markdown]
# ## Reason one: speed
#
# A transformer spends most of its time in matrix products. One product of two 2000 × 2000 matrices takes 2000³ = 8
# billion multiplications. A model with 70 billion weights needs 70 billion for every token that it writes, since each
# weight is used once.
#
# How long does one such product take? Measuring it fairly needs three habits:
#
# 1. **Warm up.** The first call pays for loading code and reserving memory. Leave it out.
# 2. **Wait for the device.** A GPU takes an order and returns at once, before the work is done. Without waiting you
#    time the ordering. `synchronize` waits. Call it before you start the clock and before you stop it.
# 3. **Repeat.** One measurement catches whatever else the machine was doing.

# %%
def synchronize() -> None:
    """Wait until the device has done all that it was asked to do. The CPU is never behind."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def seconds_per_call(work, calls: int) -> float:
    """Run work() twice to warm up, then `calls` times against the clock."""
    for _ in range(2):
        work()
    synchronize()
    start = time.perf_counter()
    for _ in range(calls):
        work()
    synchronize()
    return (time.perf_counter() - start) / calls

# %% [markdown]
# **Predict.** NumPy and torch multiply the same two float32 matrices *on the CPU*. Which is faster?
#
# <details><summary>torch, by a wide margin</summary>
#
# Tempting: torch is the deep learning library. But on the CPU both hand the product to a library written for exactly
# this, with the same instructions of the same processor below. There is little left to win.
#
# </details>
# <details><summary>They are about equal</summary>
#
# Right. Both call a tuned matrix library (a *BLAS*). One may win by some tens of percent, depending on which of these
# libraries it was built with and how many cores it uses.
#
# </details>
# <details><summary>NumPy, because it is the smaller library</summary>
#
# Tempting: less to carry, less to wait for. But what a call costs before the arithmetic starts is a few millionths of a
# second. Against 8 billion multiplications this does not show. It would for a product of two 2 × 2 matrices.
#
# </details>

# %% tags=["demonstration"]
size = 2000
assert size**3 == 8_000_000_000
a = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
on_cpu = torch.from_numpy(a)
times = {"NumPy, CPU": seconds_per_call(lambda: a @ a, calls=3)}
times["torch, CPU"] = seconds_per_call(lambda: on_cpu @ on_cpu, calls=3)
if device.type == "cpu":
    print("There is no GPU here, so the race ends with the CPU.")
else:
    on_device = on_cpu.to(device)
    times[f"torch, {device.type}"] = seconds_per_call(lambda: on_device @ on_device, calls=3)
for name, seconds in times.items():
    print(f"{name:12} {1000 * seconds:8.2f} ms   speed-up over NumPy {times['NumPy, CPU'] / seconds:6.2f}")

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
figure, axes = plt.subplots(figsize=(4.4, 0.6 + 0.45 * len(times)))
bars = axes.barh(list(times), [1000 * seconds for seconds in times.values()], color="#3b6fb6", height=0.6)
axes.bar_label(bars, fmt="%.1f ms", padding=4)
axes.invert_yaxis()
axes.margins(x=0.25)
axes.set_xlabel("ms per 2000 × 2000 product (shorter is faster)")
axes.spines[["top", "right"]].set_visible(False)
spoken = ", ".join(f"{name} {1000 * seconds:.1f} milliseconds" for name, seconds in times.items())
show_figure(figure, f"Bars of the time one product takes: {spoken}.")

# %% [markdown]
# On the CPU the two are close. (If they are not, the machine was busy: measure again.) The step that changes everything
# is the GPU: it has thousands of small arithmetic units where a CPU has a handful of large cores, and a matrix product
# can keep them all busy. There, the same line of torch is often tens of times faster. NumPy has no such line. Below it,
# torch calls NVIDIA's own library for matrix products, **cuBLAS**.

# %% [markdown]
# ## Reason two: gradients
#
# Training a model means asking, for each of its weights: if this grew a little, would the loss grow or shrink, and how
# fast? The answer is a derivative. A language model needs billions of them, so nobody works them out by hand.
#
# Take one that you can: $y = x^2 + 3x$. At school you learned that $y' = 2x + 3$.
#
# Torch calls the slope at one point a gradient. You mark the number of interest with `requires_grad=True`. Torch then
# takes notes while you compute. `y.backward()` reads the notes from end to start and leaves the gradient in `x.grad`.
# Together they are called **autograd**.

# %% [markdown]
# **Predict.** `x = torch.tensor(2.0, requires_grad=True)`, then `y = x**2 + 3 * x`, then `y.backward()`. What does
# `x.grad` hold?
#
# <details><summary>10</summary>
#
# Tempting: that is $y$ itself, 4 + 6. The gradient is not how large $y$ is. It is how fast $y$ changes when $x$ does.
#
# </details>
# <details><summary>7</summary>
#
# Right. $2 \cdot 2 + 3 = 7$: near $x = 2$, one small step in $x$ makes seven such steps in $y$.
#
# </details>
# <details><summary>The formula 2x + 3</summary>
#
# Tempting: that is what a computer algebra system would give. But torch never sees the formula. It notes which operations ran on
# which numbers, and returns a number: the slope at this one point.
#
# </details>
# <details><summary>None, since nothing was assigned to x</summary>
#
# Tempting: it is true until `backward()` runs, and true for a tensor made without `requires_grad=True`. Here
# `backward()` fills it in.
#
# </details>

# %% tags=["nbval-check-output"]
x = torch.tensor(2.0, requires_grad=True)
y = x**2 + 3 * x
y.backward()

print("y       ", y.item())
print("x.grad  ", x.grad.item())
assert x.grad.item() == 2 * 2.0 + 3 == 7

# %% jupyter={"source_hidden": true} tags=["demonstration"]
# Draws the picture below.
along = np.linspace(-1, 5, 100)
figure, axes = plt.subplots(figsize=(5, 3))
axes.plot(along, along**2 + 3 * along, color="#3b6fb6", label="y = x² + 3x")
tangent = y.item() + x.grad.item() * (along - 2)
axes.plot(along, tangent, "--", color="#a1466c", label="slope 7 at x = 2")
axes.plot(2, y.item(), "o", color="#a1466c")
axes.annotate("x = 2, y = 10", (2, 10), xytext=(2.3, 5.5))
axes.set(xlabel="x", ylabel="y", ylim=(-8, 40))
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False)
show_figure(figure, "The curve y = x squared + 3x. At x = 2 a dashed straight line of slope 7 touches it.")

# %% [markdown]
# By hand it is the same: $2 \cdot 2 + 3 = 7$. The dashed line is what a gradient tells a model: the direction and
# steepness from where it stands.
#
# Torch fills in `.grad` for a **leaf**, a tensor that was made and marked, as `x` was. What was computed on the way gets
# none: `y.grad` is `None`, with a warning that `y` "is not a leaf".
#
# > **Watch out.** `backward()` *adds* to `.grad`. Training loops set it back to zero before each step. Forget that,
# > and the second gradient comes out on top of the first.

# %% tags=["nbval-check-output"]
y = x**2 + 3 * x
y.backward()
print("after a second backward ", x.grad.item())
assert x.grad.item() == 14
x.grad = None
(x**2 + 3 * x).backward()
print("cleared, then once more ", x.grad.item())

# %% [markdown]
# How torch takes its notes is a module of its own, which is planned and not written yet. Here one thing is enough:
# tensors can carry their own gradients, and NumPy arrays cannot.

# %% [markdown]
# ## Reason three: kernels
#
# A **kernel** is a compiled function that does one whole job on the device. Softmax is a good example, and attention
# calls it in every layer. (Notebook 5 explains it in full.) By hand it takes five operations: maximum, subtraction,
# exponential, sum, division. Subtracting the maximum keeps the exponential from overflowing.

# %%
def softmax_by_hand(scores: torch.Tensor) -> torch.Tensor:
    shifted = scores - scores.max(dim=-1, keepdim=True).values  # max gives values and their places
    powers = torch.exp(shifted)
    return powers / powers.sum(dim=-1, keepdim=True)

# %% [markdown]
# Now a fair race: the same million scores, on the same device, both warmed up, 100 calls each. And first of all: do
# the two give the same answer? A fast wrong result wins nothing.

# %% tags=["demonstration"]
scores = torch.randn(1000, 1000, device=device)
agree = torch.allclose(softmax_by_hand(scores), torch.softmax(scores, dim=-1), atol=1e-6)
assert agree
hand = seconds_per_call(lambda: softmax_by_hand(scores), calls=100)
kernel = seconds_per_call(lambda: torch.softmax(scores, dim=-1), calls=100)
print("same numbers  ", "yes, to six decimals" if agree else "no")
print(f"by hand        {1000 * hand:.2f} ms per call, on {device}")
print(f"torch.softmax  {1000 * kernel:.2f} ms per call")
print(f"speed-up       {hand / kernel:.1f}")

# %% [markdown]
# The arithmetic is the same. The difference is the walking. Each of the five operations walks through a million
# numbers in memory, and three of them write a million new ones. The kernel keeps a row close by, does all five steps
# on it, and writes once.
#
# The same holds elsewhere. NVIDIA's **cuDNN** is a library of such kernels for the parts of neural networks, from
# convolutions (for images) to attention. And all of attention, which you will build from five operations, is one call in
# torch: `torch.nn.functional.scaled_dot_product_attention`. Its fast kernels never write the table of attention weights
# to memory at all.
#
# > **Rule.** If torch has a function for the whole job, call it. It is faster, and somebody has already met its edge
# > cases.

# %% [markdown]
# ## What to take from the three
#
# | | NumPy | torch |
# |---|---|---|
# | shapes, indexing, broadcasting, `@` | yes | the same, nearly word for word |
# | runs on a GPU | no | yes: speed for large products |
# | knows gradients | no | yes: autograd, which makes training possible |
# | what runs below | tuned matrix products | tuned kernels for the operations of neural networks |
#
# The interface is the same, and so is the intuition. **Use NumPy to understand, torch to build.** Everything you
# learned about shapes carries over unchanged.

# %% [markdown]
# ## Making tensors
#
# A model's tensors come from three places. Data comes from Python lists or arrays. Weights start as random numbers.
# The rest is computed. Here is the first of them:

# %% tags=["nbval-check-output"]
table = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("shape", tuple(table.shape), " dtype", table.dtype, " device", table.device)

# %% [markdown]
# `torch.randn(2, 3, 4)` fills a tensor of that shape with draws from the normal distribution: mean 0, standard
# deviation 1.

# %% [markdown]
# **Predict.** What are the mean and the standard deviation of the 24 numbers you get?
#
# <details><summary>Exactly 0 and 1</summary>
#
# Tempting: those belong to the distribution that the numbers are drawn from. But a handful of draws misses them, as ten coin flips
# seldom give exactly five heads.
#
# </details>
# <details><summary>Near 0 and 1, but visibly off</summary>
#
# Right. The mean of $n$ draws misses 0 by about $1/\sqrt{n}$, sometimes more, often less. For 24 that is 0.2, for a
# million 0.001.
#
# </details>
# <details><summary>Anything at all: they are random</summary>
#
# Tempting: each number is. But their mean is less so. The more draws you average, the closer it comes to 0.
#
# </details>

# %%
torch.manual_seed(2)
few = torch.randn(2, 3, 4)
many = torch.randn(1000, 1000)
print("shape", tuple(few.shape))
for name, draws in (("24 draws", few), ("million draws", many)):
    size = f"mean {draws.mean():+.3f}  standard deviation {draws.std():.3f}"
    print(f"{name:>13}: {size}  1/√n {draws.numel() ** -0.5:.3f}")
assert abs(many.mean()) < 0.005 and abs(many.std() - 1) < 0.005
assert abs(few.mean()) > 0.1 and abs(few.std() - 1) > 0.1 and round(24**-0.5, 1) == 0.2 and 1e6**-0.5 == 0.001

# %% [markdown]
# Random, and still the same each time you run the cell: `torch.manual_seed` sets the generator to a known state. That
# makes a training run repeatable, and a bug too. The seed fixes the whole *sequence* of draws, so a second draw
# differs from the first.

# %% tags=["nbval-check-output"]
torch.manual_seed(7)
first, second = torch.randn(3), torch.randn(3)
torch.manual_seed(7)
again = torch.randn(3)
print("first and second draw equal?      ", torch.equal(first, second))
print("first draw after the seed, again? ", torch.equal(first, again))

# %% [markdown]
# ## Dtypes: how many bits for a number
#
# A model with 7 billion weights needs 28 GB as float32 and 14 GB in half the bits. That often decides whether it fits
# on a GPU at all. So what do you give up?
#
# A floating-point number has three parts. One bit holds the sign. The **exponent** says how large the number is: more
# bits, wider range. The **mantissa** holds its digits: more bits, finer steps.
#
# | dtype | sign | exponent | mantissa | bytes |
# |---|---|---|---|---|
# | float32 | 1 | 8 | 23 | 4 |
# | **float16** | 1 | 5 | 10 | 2 |
# | **bfloat16** | 1 | 8 | 7 | 2 |
#
# float16 and bfloat16 spend their 16 bits differently. float16 keeps digits and gives up range. bfloat16 ("brain
# float") keeps all 8 exponent bits of float32, so it has its range, and gives up digits.

# %% tags=["nbval-check-output"]
print("dtype      bytes  largest    step above 1  1000 × 1000  7 billion")
for dtype in (torch.float32, torch.float16, torch.bfloat16):
    square = torch.ones(1000, 1000, dtype=dtype)
    size = square.element_size()
    name, info = str(dtype).removeprefix("torch."), torch.finfo(dtype)
    print(f"{name:9} {size:6}  {info.max:.2e}  {info.eps:12.2e}  {square.numel() * size / 1e6:8.0f} MB  {7 * size:6} GB")
assert torch.finfo(torch.float16).max == 65504
assert [  # the bits of the mantissa and of the exponent, from the step above 1 and from the largest number
    (int(-np.log2(torch.finfo(dtype).eps)), int(np.ceil(np.log2(np.log2(torch.finfo(dtype).max)))) + 1)
    for dtype in (torch.float32, torch.float16, torch.bfloat16)
] == [(23, 8), (10, 5), (7, 8)]

# %% [markdown]
# **Predict.** Two numbers, 70,000 and 257, are stored in both 16-bit dtypes. Which of the four comes back unharmed?
#
# <details><summary>All four: they are small whole numbers</summary>
#
# Tempting: both are small for float32. But float16 ends at 65,504, and bfloat16 has only 8 significant bits (7 stored and one
# implied), which count without gaps up to 256.
#
# </details>
# <details><summary>Both in bfloat16, since it has float32's range</summary>
#
# Tempting: the range says that nothing becomes infinity. But it says nothing about digits, and bfloat16 has between two
# and three of them.
#
# </details>
# <details><summary>Only 257 in float16</summary>
#
# Right. 70,000 in float16 is past the end and becomes infinity. bfloat16 reaches that far, but rounds: its steps are
# 2 wide above 256 and 512 wide near 70,000.
#
# </details>
# <details><summary>Both in float16, since it has more digits</summary>
#
# Tempting: the digits do suffice for 257. But its 5 exponent bits end at 65,504, and 70,000 lies beyond.
#
# </details>

# %% tags=["nbval-check-output"]
for value in (70_000.0, 257.0):
    half = torch.tensor(value, dtype=torch.float16).item()
    brain = torch.tensor(value, dtype=torch.bfloat16).item()
    print(f"stored {value:7.0f}   float16 {half:7.0f}   bfloat16 {brain:7.0f}")
    assert (half, brain) == ((float("inf"), 70_144) if value == 70_000 else (257, 256))
step = torch.finfo(torch.bfloat16).eps  # above 1; it doubles with every power of two
print("steps of bfloat16 above 256:", 256 * step, "  above 65,536:", 65_536 * step)
assert (256 * step, 65_536 * step) == (2, 512)
assert torch.tensor(50_001.0, dtype=torch.float16).item() == 50_016

# %% [markdown]
# Look inside. Click a bit, drag your number along the line, store 257 and 70,000. And add 1 to itself 4,096 times: where
# does each sum stop? (Nor can float16 hold token IDs: 50,001 comes back as 50,016, another token.)

# %% tags=["demonstration"]
explore_bits()

# %% [markdown]
# One overflow, one rounding. They decide which is used for what:
#
# | dtype | use it for | because |
# |---|---|---|
# | `float32` | learning, debugging, small models | errors stay far below what you look at |
# | `float16` | inference on a GPU's tensor cores | half the memory, fast, and trained weights stay in range |
# | `bfloat16` | training large models | gradients swing over many sizes; range matters more than digits |
#
# *Tensor cores* are the parts of a GPU that multiply small matrices of 16-bit numbers at once. Torch makes float32
# unless you ask for something else: `torch.ones(2, 3, dtype=torch.bfloat16)`, or `.to(torch.bfloat16)` for a tensor
# that you have.

# %% [markdown]
# ## Devices: where the numbers live
#
# A GPU has memory of its own. A tensor lives in one memory or the other. Either make it there, or send it with `.to`.

# %%
made_there = torch.ones(2, 3, device=device)
sent_there = torch.ones(2, 3).to(device)
total = made_there + sent_there
print("made there ", made_there.device)
print("sent there ", sent_there.device)
print("their sum  ", total.device)

# %% [markdown]
# Two operands must share a device, and the result stays on it. `.to` also takes a dtype. It returns the tensor itself
# if there is nothing to change.
#
# For what follows we want a second device, on any machine. Torch has one for this purpose: `meta`. A tensor on `meta`
# has a shape and a dtype but no numbers, so that you can plan a huge model without the memory for it. Where there is
# a GPU, we use that instead.

# %%
elsewhere = device if device.type != "cpu" else torch.device("meta")
print("the second device is", elsewhere)

# %% [markdown]
# **Predict.** `x = torch.ones(3)`. The next line says `x.to(elsewhere)` and no more. Where does `x` live now?
#
# <details><summary>On the second device</summary>
#
# Tempting: it reads that way, and a *model* behaves like this: `model.to(device)` moves the model's own weights. A tensor
# stays, and `.to` hands you a copy that lives elsewhere. Here nobody keeps that copy.
#
# </details>
# <details><summary>On the CPU, as before</summary>
#
# Right. Write `x = x.to(elsewhere)` to keep what `.to` returns.
#
# </details>
# <details><summary>On both, and torch keeps them equal</summary>
#
# Tempting: there are two tensors for a moment. But nothing ties them together. Change one, and the other does not notice.
#
# </details>

# %%
x = torch.ones(3)
x.to(elsewhere)
print("x is on", x.device)
assert x.device.type == "cpu" and x.to(elsewhere).device.type == elsewhere.type

# %% [markdown]
# ## Pitfall: operands on two devices
#
# Sooner or later everyone meets this one. The model lives on the GPU, and one small tensor was made in the middle of
# the code, on the CPU. Here is what torch says. The error is caught, so that the notebook goes on.

# %% tags=["demonstration"]
tokens = torch.ones(2, 3, device=elsewhere)
bias = torch.ones(3)  # nobody said where, so it is on the CPU
print("tokens on", tokens.device, "and bias on", bias.device)
try:
    tokens + bias
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The wording depends on the device. With a GPU it reads *"Expected all tensors to be on the same device, but found at
# least two devices, cuda:0 and cpu!"*. On `meta` it is *"Tensor on device cpu is not on the expected device meta!"*.
# Both name the two devices. The one that surprises you belongs to the tensor to look for.
#
# You could cure each case with another `.to(...)`. It is better to write code in which it cannot happen:
#
# 1. Pick the device **once**, at the top, and move the model and each batch of data to it in **one** place.
# 2. Inside a function, never name a device. Take it from an argument: `device=x.device`, or the `_like` functions.

# %% tags=["demonstration"]
def add_noise_fragile(x: torch.Tensor) -> torch.Tensor:
    return x + torch.randn(x.shape)  # on the CPU, wherever x is


def add_noise(x: torch.Tensor) -> torch.Tensor:
    return x + torch.randn_like(x)  # the shape, the dtype and the device of x


for where in (torch.device("cpu"), elsewhere):
    x = torch.zeros(2, 3, device=where)
    print(f"x on {where.type:5} add_noise gives a result on {add_noise(x).device.type}")
try:
    add_noise_fragile(torch.zeros(2, 3, device=elsewhere))
except RuntimeError:
    print(f"x on {elsewhere.type:5} add_noise_fragile raises the error from above")

# %% [markdown]
# > **Watch out.** A CPU tensor *without* axes, such as `torch.tensor(0.5)`, may meet a GPU tensor: torch treats
# > it as a plain number. And `mps` has no float64. Send it float32.

# %% [markdown]
# ## What every layer does: a matrix, and a bias on every token
#
# You know both halves of a linear layer: it multiplies each token's vector by a matrix, and adds a bias. With a batch
# of 4, 32 tokens and *embed* 64, the addition is `(4, 32, 64) + (64,)`, as in
# [notebook 2](2_operations.ipynb#Broadcasting-at-work). Every layer of a model does it, on every token.
#
# **Predict.** Another model has 64 tokens a sequence: they are `(4, 64, 64)`, and the bias is `(64,)`. Which axis
# does it follow?
#
# <details><summary><i>embed</i></summary>
#
# Right. Shapes are aligned from the right, whatever the sizes are. A bias of shape `(64,)` always meets the last
# axis.
#
# </details>
# <details><summary><i>seq</i></summary>
#
# Tempting: read from the left, the first 64 is *seq*. Broadcasting reads from the right. To follow the tokens, the bias
# would need the shape `(64, 1)`.
#
# </details>
# <details><summary>Torch refuses, because it cannot tell</summary>
#
# Tempting: it would be kind. But the rule has no doubt here: last axis against last axis. When two sizes coincide, a wrong axis
# raises no error. That is why it pays to test with sizes that differ.
#
# </details>

# %% tags=["nbval-check-output"]
square = torch.zeros(4, 64, 64)
ramp = torch.arange(64.0)
summed = square + ramp

print("shape  ", tuple(summed.shape))
print("token 0", summed[0, 0, :4].tolist(), "...")
print("token 1", summed[0, 1, :4].tolist(), "...")
assert torch.equal(summed[2, 10], ramp) and (4 * 32, 64 * 4) == (128, 256)

# %% [markdown]
# Every token received the ramp 0, 1, 2, 3 and so on. As `ramp[:, None]`, of shape `(64, 1)`, each token would have
# received a single number, 64 times.
#
# ### Worked example: one score per token
#
# Before the whole layer, a small one: every token, here of 4 numbers, gets a single score. A layer may change how many
# numbers a token has. So its two lengths are called `in` and `out`; between two layers, both are *embed*.
#
# - **Step 1. Name the axes.** `x` is `(batch, seq, in)`, the weights are `(in,)`, the bias is one number.
# - **Step 2. Line up the axis that is summed.** `in` stands last in `x` and is the only axis of the weights. `x @ w`
#   sums over it and leaves `(batch, seq)`.
# - **Step 3. Add the bias.** A single number broadcasts to every token.

# %% tags=["nbval-check-output"]
x = torch.arange(24.0).reshape(2, 3, 4)
w = torch.tensor([1.0, 0.0, 0.0, 1.0])
b = torch.tensor(10.0)
score = x @ w + b
print("scores", tuple(score.shape), score.tolist())
assert score[0, 0] == 0 * 1 + 3 * 1 + 10  # the first token is [0, 1, 2, 3]

# %% [markdown]
# **One to complete.** Now two scores per token. Their weights stand in the columns of `w2`, which is `(in 4, out 2)`,
# and each score has its own bias. Replace the three dots with the same three steps.

# %%
w2 = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
b2 = torch.tensor([10.0, 20.0])
two_scores = ...

expect(two_scores, [[[13, 24], [21, 32], [29, 40]], [[37, 48], [45, 56], [53, 64]]])

# %% [markdown]
# A layer has many such weight vectors, one per number that comes out. Torch stacks them as the *rows* of its matrix, so a
# layer's weight is `(out, in)`:

# %% tags=["nbval-check-output"]
layer = torch.nn.Linear(64, 256)
print("weight", tuple(layer.weight.shape), " bias", tuple(layer.bias.shape))
print("layer of (4, 32, 64):", tuple(layer(torch.randn(4, 32, 64)).shape))

# %% [markdown]
# ### Exercise: linear
#
# Apply one layer to every token: multiply by the weight, then add the bias if there is one.
#
# `linear(x, weight, bias=None)`: `(..., in)`, `(out, in)`, `(out,)` → `(..., out)`
#
# The three dots stand for any number of leading axes: none, batch, batch and seq, or more. Entry `o` of a result is
# the dot product of the input vector with row `o` of the weight, plus `bias[o]`. Gradients must flow to all three
# arguments.
#
# The scores above are this problem's neighbor: there the weights stood in columns, here they stand in rows. Use
# tensor operations, not `torch.nn`: you are writing what stands behind it.
#
# *About 5 minutes. Easy.* The steps stand in the cell. Fill them in.
#
# <details><summary>Hint 1</summary>
#
# Write the two shapes next to each other: `(..., in) @ (out, in)`. Which two sizes have to be equal for `@`, and
# which two stand in the middle now?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The `in` of the weight has to come first. That is a transpose: `weight.T` is `(in, out)`. `@` then treats all
# leading axes of `x` as a batch.
#
# </details>
# <details><summary>Hint 3</summary>
#
# `bias` may be `None`, so ask `bias is not None`. (`if bias:` fails: a tensor of many numbers is neither true nor
# false.) Make a new tensor rather than adding in place, and return it in both cases.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "linear", "locked": false, "schema_version": 3, "solution": true, "task": false}
def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """(..., in), (out, in), (out,) -> (..., out): every vector times every row of the weight, plus the bias."""
    # Step 1: x ends in `in`, weight is (out, in). Line up the axis that is summed, and multiply.
    # Step 2: if there is a bias, add it. It broadcasts from the right.
    ### BEGIN SOLUTION
    result = x @ weight.T
    if bias is not None:
        result = result + bias
    return result
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "linear_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("linear")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(601)
x, weight, bias = torch.randn(2, 3, 5), torch.randn(7, 5), torch.randn(7)
outcome = call(linear, x, weight, bias)
wanted = (x[:, :, None, :] * weight).sum(dim=-1) + bias
assert outcome.result is not None, "nothing came back: is there a return?"
assert close(outcome.result, wanted), "wrong for x (2, 3, 5), weight (7, 5), bias (7,)"
assert outcome.changed == (), "an argument was changed"

x, weight, bias = torch.randn(4, 6), torch.randn(3, 6), torch.randn(3)
wanted = (x[:, None, :] * weight).sum(dim=-1)
assert close(call(linear, x, weight, bias).result, wanted + bias), "wrong for x (4, 6), weight (3, 6)"
assert close(call(linear, x, weight).result, wanted), "wrong without a bias"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "linear_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(602)


def random(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def by_definition(x, weight, bias):
    return (x.unsqueeze(-2) * weight).sum(dim=-1) + bias


# Any number of leading axes, and none; float64 in, float64 out.
for leading in [(), (3,), (2, 4), (2, 3, 2, 4)]:
    x, weight, bias = random(*leading, 5), random(7, 5), random(7)
    result = call(linear, x, weight, bias).result
    assert close(result, by_definition(x, weight, bias)), f"wrong for a float64 x of shape {tuple(x.shape)}"

# A square weight, as many tokens as features: no wrong axis shows in the shape.
x, weight, bias = random(2, 6, 6), random(6, 6), random(6)
outcome = call(linear, x, weight, bias)
assert close(outcome.result, by_definition(x, weight, bias)), "wrong for x (2, 6, 6) and a square weight"
assert outcome.changed == (), "an argument was changed"

# One output feature.
x, weight, bias = random(3, 4), random(1, 4), random(1)
assert close(call(linear, x, weight, bias).result, by_definition(x, weight, bias)), "wrong for one output feature"

# Gradients reach all three arguments.
x, weight, bias, upstream = random(2, 3, 4), random(5, 4), random(5), random(2, 3, 5)
outcome = call(linear, x, weight, bias, grad_weights=upstream)
assert outcome.error is None, "the backward pass failed"
wanted = {
    0: upstream @ weight,
    1: (upstream[..., :, None] * x[..., None, :]).sum(dim=(0, 1)),
    2: upstream.sum(dim=(0, 1)),
}
for position, name in enumerate(["x", "weight", "bias"]):
    assert close(outcome.gradients.get(position), wanted[position]), f"the gradient of {name} is wrong or missing"
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: add_positions
#
# Tell every token where it stands: add row `t` of a table to token `t` of every sequence.
#
# `add_positions(x, positions)`: `(batch, seq, embed)`, `(max_seq, embed)` → `(batch, seq, embed)`
#
# Attention by itself is blind to order: it sees "dog bites man" and "man bites dog" as the same three vectors. GPT-2
# cures that with this one addition, right after the embedding. The table has a row for the longest sequence the model
# can read, so `max_seq` may be larger than `seq`. Then the rows at the end are not used.
#
# A neighbor of the problem: a shop has 7 prices for the days of a week, and `sales` of shape `(weeks, days)` for the
# first 5 days of each. `sales * prices[:5]` takes the part of the table it needs, and broadcasts it over the weeks.
#
# *About 4 minutes. Easy.* This time the cell is blank.
#
# <details><summary>Hint 1</summary>
#
# Write down both shapes aligned from the right. Which axis of the table has to shrink, and to what size?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The number of tokens is `x.shape[1]`. A slice takes the first rows of the table: `positions[:3]` would take three.
#
# </details>
# <details><summary>Hint 3</summary>
#
# What is left has the shape `(seq, embed)`. Against `(batch, seq, embed)` it needs no new axis. Return a new tensor;
# leave `x` as it was.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "add_positions", "locked": false, "schema_version": 3, "solution": true, "task": false}
def add_positions(x: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """(batch, seq, embed), (max_seq, embed) -> (batch, seq, embed): row t added to token t of every sequence."""
    ### BEGIN SOLUTION
    seq = x.shape[1]
    return x + positions[:seq]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "add_positions_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from shapewise import check

check("add_positions")
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(701)
x, positions = torch.randn(2, 5, 3), torch.randn(5, 3)
outcome = call(add_positions, x, positions)
wanted = torch.stack([x[:, t] + positions[t] for t in range(5)], dim=1)
assert close(outcome.result, wanted), "token t should get row t of the table: x (2, 5, 3), positions (5, 3)"
assert outcome.changed == (), "an argument was changed"

# A table with room for more tokens than there are.
x, positions = torch.randn(3, 4, 6, dtype=torch.float64), torch.randn(9, 6, dtype=torch.float64)
wanted = torch.stack([x[:, t] + positions[t] for t in range(4)], dim=1)
assert close(call(add_positions, x, positions).result, wanted), "wrong for x (3, 4, 6) and positions (9, 6), float64"
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "add_positions_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When this notebook is graded, more tests run here: calls of the kinds that the check made, with other sizes.
### BEGIN HIDDEN TESTS
import torch
from shapewise import call, close

torch.manual_seed(702)


def token_by_token(x, positions):
    return torch.stack([x[:, t] + positions[t] for t in range(x.shape[1])], dim=1)


# As many sequences as tokens, all sizes equal, one sequence, one token.
for size, rows in [((4, 4, 3), 6), ((5, 5, 5), 5), ((1, 3, 2), 8), ((4, 1, 3), 7)]:
    x, positions = torch.randn(size), torch.randn(rows, size[2])
    outcome = call(add_positions, x, positions)
    told = f"x {size} and positions {tuple(positions.shape)}"
    assert close(outcome.result, token_by_token(x, positions)), f"wrong for {told}"
    assert outcome.changed == (), f"an argument was changed, for {told}"

# The table learns: the rows in use get a gradient from every sequence, the others none.
x, positions = torch.randn(3, 4, 2, dtype=torch.float64), torch.randn(6, 2, dtype=torch.float64)
upstream = torch.randn(3, 4, 2, dtype=torch.float64)
outcome = call(add_positions, x, positions, grad_weights=upstream)
assert outcome.error is None, "the backward pass failed"
assert close(outcome.gradients.get(0), upstream), "the gradient of x is wrong or missing"
wanted = torch.cat([upstream.sum(dim=0), torch.zeros(2, 2, dtype=torch.float64)])
assert close(outcome.gradients.get(1), wanted), "the gradient of positions is wrong or missing"
### END HIDDEN TESTS

# %% [markdown]
# ## Recap
#
# Torch is NumPy's interface plus three powers: GPUs, gradients and tuned kernels.
#
# Pick the dtype for its range and digits, pick the device once, and let a bias broadcast from the right.
#
# **Next:** [4 Layout](4_layout.ipynb), where one row of numbers in memory gets many shapes. **Before:**
# [2 Operations](2_operations.ipynb). All words: [glossary](glossary.md).
#
# **Done for now?** Your work lies beside this notebook, and what passed is remembered. `!shapewise hand-in`, in a cell of
# its own, makes what you hand in and says what is in it.
