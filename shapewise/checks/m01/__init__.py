"""Module 01, tensors: which exercises stand in which notebook; one module per exercise says what its check tries."""

__all__ = ["NOTEBOOKS", "REACHED"]

NOTEBOOKS = {
    "1_shapes": ("describe", "last_valid"),
    "2_operations": ("broadcast_shape", "pairwise_sqdist", "to_float32"),
    "3_pytorch": ("linear", "add_positions"),
    "4_layout": ("split_heads", "merge_heads", "sliding_windows"),
    "5_attention": ("lookup", "dot_product_weights", "apply_weights"),
    "6_build": (
        "embed", "layer_norm", "stable_softmax", "causal_mask", "attention", "plot_attention",
        "multi_head_attention", "block",
        "masked_mean", "position_ids", "silu", "flatten_tokens", "word_scores",
    ),
}

REACHED = {
    "1_shapes": ("1 Shapes", "read a shape, say what each axis stands for, and pick out any token of a batch"),
    "2_operations": ("2 Operations", "multiply matrices, and say what broadcasting makes of two shapes"),
    "3_pytorch": ("3 PyTorch", "choose a dtype and a device, and let torch compute gradients"),
    "4_layout": ("4 Layout", "cut a tensor into heads, and say what happens in memory"),
    "5_attention": ("5 Attention", "build attention, the core of a transformer, from its parts"),
    "6_build": ("6 Build", "assemble a transformer's block from functions of your own"),
}
"""What each notebook is called in a list, and what a learner can do after it, after the words "You can"."""
