"""Settings of the tests of exercises."""

import torch

# The tensors are small; threads that wait for each other would cost more than they save.
torch.set_num_threads(1)
