"""Answers to position_ids."""

import torch

from tests.exercises.answers import right, wrong


@right
def made_there(ids):
    batch, seq = ids.shape
    return torch.arange(seq, device=ids.device).repeat(batch, 1)


@right
def moved_there(ids):
    return torch.arange(ids.size(1)).expand(ids.size(0), -1).to(ids.device)


@right
def broadcast(ids):
    return torch.broadcast_to(torch.arange(ids.shape[-1], device=ids.device), ids.shape)


@right
def filled(ids):
    places = torch.empty(ids.shape, dtype=torch.int64, device=ids.device)
    places.copy_(torch.arange(ids.shape[1], device=ids.device))
    return places


@right
def as_a_list(ids):
    batch, seq = ids.shape
    return torch.tensor([list(range(seq))] * batch, device=ids.device)


@wrong(
    "Leaves it as it was",
    "Your result is on the CPU, wherever `ids` is.",
    "Look at the line that makes the new tensor. Who says there on which device?",
)
def as_handed_out(ids):
    batch, seq = ids.shape
    return torch.arange(seq).expand(batch, seq)


@wrong(
    "Moves the tokens instead",
    "You take the tokens to the CPU, where they were not. Your result stays there.",
    "Make the new tensor where `ids` is: `device=ids.device`.",
)
def ids_to_the_cpu(ids):
    batch, seq = ids.cpu().shape
    return torch.arange(seq).expand(batch, seq)


# What these two raise depends on the machine, so no mistake can be recorded; the check tells of a missing GPU itself.
@wrong("Names a device")
def cuda_by_name(ids):
    batch, seq = ids.shape
    return torch.arange(seq, device="cuda").expand(batch, seq)


@wrong("Calls .cuda()")
def to_cuda(ids):
    batch, seq = ids.shape
    return torch.arange(seq).cuda().expand(batch, seq)


@wrong("Takes a GPU where there is one", like=as_handed_out)
def gpu_where_there_is_one(ids):
    batch, seq = ids.shape
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.arange(seq, device=device).expand(batch, seq)


@wrong(
    "Names the stand-in",
    "`meta` is the device in the message, and not where all tokens are.",
    "Ask `ids` where it is: `device=ids.device`.",
)
def meta_by_name(ids):
    batch, seq = ids.shape
    return torch.arange(seq, device="meta").expand(batch, seq)


@wrong(
    "Counts from 1",
    "Your places begin at 1. The first token stands at place 0.",
    "`torch.arange(seq)` counts from 0.",
)
def from_one(ids):
    batch, seq = ids.shape
    return torch.arange(1, seq + 1, device=ids.device).expand(batch, seq)


@wrong(
    "Counts the sequences",
    "Your rows hold the number of the sequence and not the place in it.",
    "Count along the last axis, and repeat that row.",
)
def places_of_sequences(ids):
    batch, seq = ids.shape
    return torch.arange(batch, device=ids.device)[:, None].expand(batch, seq)


@wrong(
    "Forgets the batch",
    "One row is missing its batch: `(seq,)` and not `(batch, seq)`.",
    "Expand the row to the shape of `ids`.",
)
def without_a_batch(ids):
    return torch.arange(ids.shape[1], device=ids.device)


@wrong(
    "Counts on over all sequences",
    "You count on from one sequence to the next. Each begins at 0.",
    "Count to `seq`, and repeat that row.",
)
def counted_on(ids):
    batch, seq = ids.shape
    return torch.arange(batch * seq, device=ids.device).view(batch, seq)


@wrong(
    "Takes the dtype of ids as well",
    "Places are int64, whatever whole numbers `ids` holds: in int8, place 128 would be -128.",
    "Take the device of `ids`, and leave the dtype.",
)
def dtype_of_ids(ids):
    batch, seq = ids.shape
    return torch.arange(seq, device=ids.device, dtype=ids.dtype).expand(batch, seq)


@wrong("Takes device and dtype by type_as", like=dtype_of_ids)
def by_type_as(ids):
    batch, seq = ids.shape
    return torch.arange(seq).to(ids).expand(batch, seq)


@wrong("Makes them floating numbers", "Your places are floating numbers; they are counted, and used as indices.",
       "Leave the dtype to `torch.arange`: int64.")
def floating(ids):
    batch, seq = ids.shape
    return torch.arange(float(seq), device=ids.device).expand(batch, seq)


@wrong("Swaps the two sizes", "Your result is `(seq, batch)`: the sizes are swapped.", "Its shape is that of `ids`.")
def sizes_swapped(ids):
    batch, seq = ids.shape
    return torch.arange(seq, device=ids.device)[:, None].expand(seq, batch)
