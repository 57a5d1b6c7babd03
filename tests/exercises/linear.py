"""Answers to linear."""

import torch

from tests.exercises.answers import right, wrong


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


@wrong("The formula in most books is x W + b, with W stored the other way round")
def weight_not_transposed(x, weight, bias=None):
    result = x @ weight
    return result if bias is None else result + bias


@wrong("On paper vectors are columns, and the matrix stands on the left")
def weight_from_the_left(x, weight, bias=None):
    result = weight @ x
    return result if bias is None else result + bias


@wrong("Turns both, so that the product on the left works, and forgets to turn back")
def columns_out(x, weight, bias=None):
    result = weight @ x.transpose(-1, -2) if x.ndim > 1 else weight @ x
    return result if bias is None else result + bias[:, None]


@wrong("Makes the shapes fit by reshape instead of transpose")
def weight_reshaped(x, weight, bias=None):
    result = x @ weight.reshape(weight.shape[1], weight.shape[0])
    return result if bias is None else result + bias


@wrong("Overlooks the third argument, which has a default")
def bias_forgotten(x, weight, bias=None):
    return x @ weight.T


@wrong("Thinks that a bias must become a column to be added to a matrix")
def bias_as_a_column(x, weight, bias=None):
    result = x @ weight.T
    return result if bias is None else result + bias[:, None]


@wrong("Tests for None as one tests lists for emptiness")
def truth_of_the_bias(x, weight, bias=None):
    result = x @ weight.T
    if bias:
        result = result + bias
    return result


@wrong("Assumes that a layer always has a bias")
def bias_never_none(x, weight, bias=None):
    return x @ weight.T + bias


@wrong("Adds the bias to the input, before the product")
def bias_first(x, weight, bias=None):
    if bias is not None:
        x = x + bias
    return x @ weight.T


@wrong("Learned that @ is for matrices, so makes all tokens one matrix and leaves it so")
def tokens_flattened(x, weight, bias=None):
    result = x.reshape(-1, x.shape[-1]) @ weight.T
    return result if bias is None else result + bias


@wrong("Knows bmm as the product of batches; it takes three axes and no other number")
def bmm_only(x, weight, bias=None):
    result = torch.bmm(x, weight.T.expand(x.shape[0], -1, -1))
    return result if bias is None else result + bias


@wrong("Reads t_ as another name of the transpose")
def transposed_in_place(x, weight, bias=None):
    result = x @ weight.t_()
    return result if bias is None else result + bias


@wrong("Takes .data to get at the numbers of a parameter")
def weight_data(x, weight, bias=None):
    result = x @ weight.data.T
    return result if bias is None else result + bias


@wrong("Computes in NumPy and converts back")
def numpy_detour(x, weight, bias=None):
    result = x.detach().numpy() @ weight.detach().numpy().T
    if bias is not None:
        result = result + bias.detach().numpy()
    return torch.as_tensor(result)


@wrong("Switches gradients off, as one does for inference")
def no_grad(x, weight, bias=None):
    with torch.no_grad():
        result = x @ weight.T
        return result if bias is None else result + bias


@wrong("Casts to float32 against the error about mixed dtypes")
def always_float32(x, weight, bias=None):
    result = x.float() @ weight.float().T
    return result if bias is None else result + bias.float()


@wrong("Makes a layer of its own, with random weights of its own")
def a_fresh_layer(x, weight, bias=None):
    torch.manual_seed(0)
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=x.dtype)
    return layer(x)


@wrong("Forgets the return")
def no_return(x, weight, bias=None):
    result = x @ weight.T
    if bias is not None:
        result = result + bias
