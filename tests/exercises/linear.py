"""Answers to linear."""

import torch

from tests.exercises.answers import made, right, wrong


@right
def matmul_of_the_transpose(x, weight, bias=None):
    result = torch.matmul(x, weight.transpose(0, 1))
    return result if bias is None else result + bias


@right
def einsum(x, weight, bias=None):
    result = torch.einsum("...i,oi->...o", x, weight)
    if bias is None:
        return result
    return result + bias


@right
def multiplied_and_summed(x, weight, bias=None):
    product = (x.unsqueeze(-2) * weight).sum(dim=-1)
    return product + (0 if bias is None else bias)


@right
def bias_in_place_on_its_own_result(x, weight, bias=None):
    result = x @ weight.mT
    if bias is not None:
        result += bias
    return result


@right
def one_output_feature_at_a_time(x, weight, bias=None):
    columns = [(x * row).sum(-1) + (0 if bias is None else bias[o]) for o, row in enumerate(weight)]
    return torch.stack(columns, dim=-1)


@right
def torch_functional(x, weight, bias=None):
    return torch.nn.functional.linear(x, weight, bias)


@right
def all_tokens_in_one_matrix(x, weight, bias=None):
    product = x.contiguous().view(-1, x.shape[-1]).mm(weight.t())
    if bias is not None:
        product = product + bias.expand_as(product)
    return product.view(*x.shape[:-1], -1)


@right
@made
def scripted():
    import warnings

    def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        y = torch.matmul(x, weight.t())
        if bias is not None:
            y = y + bias
        return y

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch would rather have its newer compiler used
        return torch.jit.script(linear)


_TURN = "Turn the weight, so that its `in` meets the `in` of `x` and `out` is left over."


@wrong(
    "The formula in most books is x W + b, with W stored the other way round",
    "Your result is `x @ weight`. The weight is (out, in): its rows have the length of an input vector, and `@` sums "
    "over the rows of what is right of it. With a square weight that raises no error and gives other numbers.",
    _TURN,
)
def weight_not_transposed(x, weight, bias=None):
    result = x @ weight
    return result if bias is None else result + bias


@wrong(
    "On paper vectors are columns, and the matrix stands on the left",
    "Your result is `weight @ x`, as on paper, where a vector is a column. Here every vector is a row of `x`: the last "
    "axis of `x` holds its features.",
    "Keep `x` on the left, and turn the weight.",
)
def weight_from_the_left(x, weight, bias=None):
    result = weight @ x
    return result if bias is None else result + bias


@wrong(
    "Turns both, so that the product on the left works, and forgets to turn back",
    "Your result lies on its side: (..., out, seq). The product `weight @ x.mT` has its columns where the tokens "
    "should be rows.",
    "Keep `x` on the left, and turn the weight.",
)
def columns_out(x, weight, bias=None):
    result = weight @ x.transpose(-1, -2) if x.ndim > 1 else weight @ x
    return result if bias is None else result + (bias[:, None] if x.ndim > 1 else bias)


@wrong(
    "Makes the shapes fit by reshape instead of transpose",
    "Your weight has the shape (in, out), but by `reshape` or `view`. They keep the numbers in their order in memory, "
    "so the rows are cut at other places. Turning a matrix is a transpose.",
    "Swap the two axes of the weight instead of reshaping it.",
)
def weight_reshaped(x, weight, bias=None):
    result = x @ weight.reshape(weight.shape[1], weight.shape[0])
    return result if bias is None else result + bias


@wrong(
    "Takes * for the matrix product",
    "Your code writes `x * weight`, which pairs one token with one row. Every token should meet every row.",
    "Let a matrix product do the multiplying and the adding up.",
)
def entry_by_entry(x, weight, bias=None):
    result = x * weight
    return result if bias is None else result + bias


@wrong("Takes * for the matrix product, and sums", like=entry_by_entry)
def entry_by_entry_and_summed(x, weight, bias=None):
    result = (x * weight).sum(dim=-1)
    return result if bias is None else result + bias


@wrong(
    "Overlooks the third argument, which has a default",
    "The products are right. The bias is missing.",
    "Add it where there is one, and return the sum.",
)
def bias_forgotten(x, weight, bias=None):
    return x @ weight.T


@wrong("Adds the bias and returns the product without it", like=bias_forgotten)
def sum_not_kept(x, weight, bias=None):
    result = x @ weight.T
    if bias is not None:
        result + bias
    return result


@wrong(
    "Thinks that a bias must become a column to be added to a matrix",
    "Your bias has become a column, (out, 1). Aligned from the right, it meets the axis of the tokens.",
    "Add the bias as it is. Its one axis lines up with the last axis of the product.",
)
def bias_as_a_column(x, weight, bias=None):
    result = x @ weight.T
    return result if bias is None else result + bias[:, None]


@wrong("Thinks that a bias must become a column, by unsqueeze", like=bias_as_a_column)
def bias_unsqueezed(x, weight, bias=None):
    result = x @ weight.T
    return result if bias is None else result + bias.unsqueeze(-1)


@wrong(
    "Tests for None as one tests lists for emptiness",
    "Your code asks `if bias`. A tensor of several numbers is neither true nor false, and a single zero is false "
    "although it is a bias.",
    "Ask whether it is None: `bias is not None`.",
)
def truth_of_the_bias(x, weight, bias=None):
    result = x @ weight.T
    if bias:
        result = result + bias
    return result


@wrong("Tests for None with !=, which a tensor answers entry by entry", like=truth_of_the_bias)
def bias_or_zero(x, weight, bias=None):
    return x @ weight.T + (bias or 0)


@wrong(
    "Assumes that a layer always has a bias",
    "Your code adds the bias in every case. Without the third argument, `bias` is None, and there is nothing to add.",
    "Ask whether it is None first.",
)
def bias_never_none(x, weight, bias=None):
    return x @ weight.T + bias


@wrong(
    "Adds the bias to the input, before the product",
    "Your bias is added to `x`, before the product. It has a number per output feature, and belongs to the result.",
    "Multiply first, then add.",
)
def bias_first(x, weight, bias=None):
    if bias is not None:
        x = x + bias
    return x @ weight.T


@wrong("A minus for a plus", "Your bias is subtracted.", "Add it.")
def bias_subtracted(x, weight, bias=None):
    result = x @ weight.T
    return result if bias is None else result - bias


@wrong(
    "Takes the bias for a factor",
    "Your result is multiplied by the bias.",
    "Add it.",
)
def bias_multiplied(x, weight, bias=None):
    result = x @ weight.T
    return result if bias is None else result * bias


@wrong(
    "Learned that @ is for matrices, so makes all tokens one matrix and leaves it so",
    "Your result has lost the leading axes: all tokens stand in one long list.",
    "Leave the leading axes alone. `@` treats all axes but the last two as a batch.",
)
def tokens_flattened(x, weight, bias=None):
    result = x.reshape(-1, x.shape[-1]) @ weight.T
    return result if bias is None else result + bias


@wrong(
    "Knows bmm as the product of batches; it takes three axes and no other number",
    "`bmm` takes tensors of exactly three axes. A single vector has one, and other inputs have four.",
    "Use `@`, which takes any number of leading axes.",
)
def bmm_only(x, weight, bias=None):
    result = torch.bmm(x, weight.T.expand(x.shape[0], -1, -1))
    return result if bias is None else result + bias


@wrong(
    "Unpacks the sizes of a batch of sequences",
    "Your code unpacks the shape of `x` into three sizes. A single vector has one, and other inputs have two or four.",
    "Use `@`, which takes any number of leading axes.",
)
def three_sizes_unpacked(x, weight, bias=None):
    batch, seq, width = x.shape
    result = (x.reshape(batch * seq, width) @ weight.T).reshape(batch, seq, -1)
    return result if bias is None else result + bias


@wrong(
    "Reads t_ as another name of the transpose",
    "Your function turned the caller's own weight. The underscore in `t_` says: in place. The result is right once. "
    "The second call meets a weight that lies on its side.",
    "Use the transpose that returns a new view.",
)
def transposed_in_place(x, weight, bias=None):
    result = x @ weight.t_()
    return result if bias is None else result + bias


@wrong(
    "Gets rid of axes of length 1, and does so in place",
    "Your function changes the shape of the caller's own weight: the underscore in `squeeze_` says: in place.",
    "Leave the shape of the weight as it is.",
)
def squeezed_in_place(x, weight, bias=None):
    result = x @ weight.squeeze_().T
    return result if bias is None else result + bias


@wrong(
    "Adds the bias into the input's own memory",
    "Your function writes into `x`.",
    "Make a new tensor: `x @ weight.T + bias`.",
)
def writes_into_x(x, weight, bias=None):
    result = x @ weight.T
    x.zero_()
    return result if bias is None else result + bias


@wrong(
    "Takes .data to get at the numbers of a parameter",
    "`.data` and `.detach()` hand you the numbers without their history, so the weight would never learn.",
    "Use the weight itself.",
)
def weight_data(x, weight, bias=None):
    result = x @ weight.data.T
    return result if bias is None else result + bias


@wrong(
    "Computes in NumPy and converts back",
    "`detach`, `numpy` and `no_grad` cut the result off from all arguments. Such a layer cannot be trained.",
    "Use torch operations on the arguments themselves.",
)
def numpy_detour(x, weight, bias=None):
    result = x.detach().numpy() @ weight.detach().numpy().T
    if bias is not None:
        result = result + bias.detach().numpy()
    return torch.as_tensor(result)


@wrong("Switches gradients off, as one does for inference", like=numpy_detour)
def no_grad(x, weight, bias=None):
    with torch.no_grad():
        result = x @ weight.T
        return result if bias is None else result + bias


@wrong("Computes in NumPy, which wants no gradients", like=numpy_detour)
def numpy_without_detach(x, weight, bias=None):
    result = x.numpy() @ weight.numpy().T
    return torch.from_numpy(result if bias is None else result + bias.numpy())


@wrong(
    "Casts to float32 against the error about mixed dtypes",
    "Your result is float32 whatever came in.",
    "Let the dtype of the arguments decide; no cast is needed.",
)
def always_float32(x, weight, bias=None):
    result = x.float() @ weight.float().T
    return result if bias is None else result + bias.float()


@wrong("Makes a layer of its own, with random weights of its own")
def a_fresh_layer(x, weight, bias=None):
    torch.manual_seed(0)
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=x.dtype)
    return layer(x)


@wrong(
    "Forgets the return",
    "Your function computes the layer and keeps it to itself.",
    "End with `return`.",
)
def no_return(x, weight, bias=None):
    result = x @ weight.T
    if bias is not None:
        result = result + bias
