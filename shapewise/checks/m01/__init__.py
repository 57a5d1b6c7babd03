"""Module 01, tensors: which exercises stand in which notebook; one module per exercise says what its check tries."""

__all__ = ["NOTEBOOKS"]

NOTEBOOKS = {
    "1_shapes": ("describe", "last_valid"),
    "2_operations": ("broadcast_shape", "pairwise_sqdist", "to_float32"),
    "3_pytorch": ("linear", "add_positions"),
    "4_layout": ("split_heads", "merge_heads", "sliding_windows"),
    "5_attention": ("lookup", "dot_product_weights", "apply_weights"),
    "6_build": ("embed", "stable_softmax", "layer_norm", "causal_mask", "attention", "plot_attention"),
}
