"""Answers to plot_attention."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from tests.exercises.answers import right, wrong


@right
def color_mesh(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    mesh = axes.pcolormesh(weights.numpy(), cmap="viridis", vmin=0, vmax=1)
    bar = figure.colorbar(mesh)
    bar.set_label("weight")
    axes.invert_yaxis()
    axes.set_xticks(np.arange(len(key_tokens)) + 0.5)
    axes.set_xticklabels(key_tokens, rotation=45)
    axes.set_yticks(np.arange(len(query_tokens)) + 0.5)
    axes.set_yticklabels(query_tokens)
    axes.set_xlabel("Key token")
    axes.set_ylabel("Query token")
    axes.set_title("Attention")
    return axes


@right
def through_pyplot(weights, query_tokens, key_tokens):
    plt.figure(figsize=(4, 3))
    plt.imshow(weights.tolist(), clim=(0.0, 1.0), aspect="auto")
    plt.colorbar(label="Attention weight")
    plt.xticks(range(len(key_tokens)), key_tokens)
    plt.yticks(range(len(query_tokens)), query_tokens)
    plt.xlabel("Key token")
    plt.ylabel("Query token")
    plt.title("Who looks at whom")
    return plt.gca()


@right
def without_pyplot(weights, query_tokens, key_tokens):
    figure = Figure()
    axes = figure.add_subplot(title="Weights", xlabel="Key token", ylabel="Query token")
    image = axes.matshow(weights, vmin=0, vmax=1, cmap="magma")
    image.set_clim(0, 1)
    axes.xaxis.tick_bottom()
    figure.colorbar(image, ax=axes, orientation="horizontal").set_label("Share")
    axes.set_xticks(range(weights.shape[1]), labels=key_tokens)
    axes.set_yticks(range(weights.shape[0]), labels=query_tokens)
    return axes


@right
def with_numbers_in_the_cells(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    for (row, column), weight in np.ndenumerate(weights.numpy()):
        axes.text(column, row, f"{weight:.2f}", ha="center", va="center")
    return axes


@right
def from_the_bottom_up(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    image = axes.imshow(weights, origin="lower", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="Attention weight")
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set_yticks(range(len(query_tokens)), query_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@right
def extent_from_the_bottom_up(weights, query_tokens, key_tokens):
    return _with_extent(weights, query_tokens, key_tokens, origin="lower")


@right
def extent_with_tokens_from_top_to_bottom(weights, query_tokens, key_tokens):
    axes = _with_extent(weights, query_tokens, key_tokens, origin="upper")
    axes.set_yticks(np.arange(len(query_tokens)) + 0.5, query_tokens[::-1])
    return axes


@right
def upside_down_as_a_whole(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.invert_yaxis()
    return axes


def _with_extent(weights, query_tokens, key_tokens, origin):
    """Cells from 0 on, both ways; the tokens in the middle of the cells, from the bottom up."""
    figure, axes = plt.subplots()
    rows, columns = weights.shape
    image = axes.imshow(weights, origin=origin, extent=(0, columns, 0, rows), vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="Attention weight")
    axes.set_xticks(np.arange(columns) + 0.5, key_tokens)
    axes.set_yticks(np.arange(rows) + 0.5, query_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


def _draw(weights, query_tokens, key_tokens, scale=(0, 1), bar="Attention weight", title="Attention"):
    """Right but for what the arguments spoil."""
    figure, axes = plt.subplots()
    image = axes.imshow(weights, vmin=scale[0], vmax=scale[1])
    if bar is not None:
        figure.colorbar(image, ax=axes, label=bar)
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set_yticks(range(len(query_tokens)), query_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title=title)
    return axes


@wrong("Puts the queries on x, since they come first")
def turned(weights, query_tokens, key_tokens):
    axes = _draw(weights.T, key_tokens, query_tokens)
    axes.set(xlabel="Query token", ylabel="Key token")
    return axes


@wrong("Transposes the weights, as for a plot over x and y")
def weights_transposed(weights, query_tokens, key_tokens):
    return _draw(weights.T, query_tokens, key_tokens)


@wrong("Transposes picture and tokens, but writes the labels as asked")
def turned_but_for_the_labels(weights, query_tokens, key_tokens):
    return _draw(weights.T, key_tokens, query_tokens)


@wrong("Mixes up the two axis labels")
def labels_swapped(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.set(xlabel="Query token", ylabel="Key token")
    return axes


@wrong("Lets imshow choose the colors")
def scale_of_the_picture(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, scale=(None, None))


@wrong("Starts the scale at 0 and forgets its upper end")
def scale_from_zero(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, scale=(0, None))


@wrong("Spreads the weights over 0 to 1, to make full use of the colors")
def weights_stretched(weights, query_tokens, key_tokens):
    return _draw((weights - weights.min()) / (weights.max() - weights.min()), query_tokens, key_tokens)


@wrong("Forgets the color bar")
def no_color_bar(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, bar=None)


@wrong("Adds a color bar and leaves it without a label")
def color_bar_without_a_label(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, bar="")


@wrong("Forgets the title")
def no_title(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, title="")


@wrong("Leaves the axes numbered")
def no_tokens(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(weights, vmin=0, vmax=1), label="Attention weight")
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@wrong("Sets the labels without the ticks, so that they land on whatever ticks there are")
def labels_without_ticks(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.set_xticks([*range(1, len(key_tokens)), len(key_tokens)], key_tokens)
    axes.set_yticks([*range(1, len(query_tokens)), len(query_tokens)], query_tokens)
    return axes


@wrong("Uses the key tokens on both axes, as for self-attention")
def key_tokens_on_both(weights, query_tokens, key_tokens):
    return _draw(weights, (key_tokens * 5)[: len(query_tokens)], key_tokens)


@wrong("Returns the figure")
def returns_the_figure(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens).figure


@wrong("Returns what imshow returns")
def returns_the_image(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens).images[0]


@wrong("Shows the picture and returns nothing")
def returns_nothing(weights, query_tokens, key_tokens):
    _draw(weights, query_tokens, key_tokens)


@wrong("Draws one line for each query instead of a heatmap")
def lines(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    axes.plot(torch.as_tensor(weights).T)
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@wrong("Stretches the picture upwards from 0, so that the rows run against their labels")
def extent_upside_down(weights, query_tokens, key_tokens):
    return _with_extent(weights, query_tokens, key_tokens, origin="upper")


@wrong("Writes the query tokens from bottom to top")
def query_tokens_reversed(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens[::-1], key_tokens)


@wrong("Turns the rows upside down, to have query 0 at the top, where it was")
def rows_upside_down(weights, query_tokens, key_tokens):
    return _draw(weights.flip(0), query_tokens, key_tokens)


@wrong("Puts the query tokens on x and the key tokens on y")
def tokens_swapped(weights, query_tokens, key_tokens):
    return _draw(weights, key_tokens, query_tokens)


@wrong("Sets the labels alone and leaves the ticks to matplotlib")
def labels_at_automatic_ticks(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(weights, vmin=0, vmax=1), label="Attention weight")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # matplotlib warns that the ticks may move
        axes.set_xticklabels((key_tokens + [""] * 20)[: len(axes.get_xticks())])
        axes.set_yticklabels((query_tokens + [""] * 20)[: len(axes.get_yticks())])
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes
