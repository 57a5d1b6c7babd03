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


@right
def title_on_the_figure(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens, title="")
    axes.figure.suptitle("Attention")
    return axes


@right
def keys_on_top(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    image = axes.imshow(weights, vmin=0, vmax=1)
    figure.colorbar(image).ax.set_title("weight")
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set_yticks(range(len(query_tokens)), query_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
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


@wrong(
    "Puts the queries on x, since they come first",
    "Your picture is turned: queries run along x and keys along y. A row of the tensor is a query.",
    "Draw the weights as they come, rows from top to bottom, with the key tokens on x.",
)
def turned(weights, query_tokens, key_tokens):
    axes = _draw(weights.T, key_tokens, query_tokens)
    axes.set(xlabel="Query token", ylabel="Key token")
    return axes


@wrong(
    "Transposes the weights, as for a plot over x and y",
    "Your weights are transposed, but the tokens are not: each label names the wrong cells.",
    "Draw the weights as they come, rows from top to bottom.",
)
def weights_transposed(weights, query_tokens, key_tokens):
    return _draw(weights.T, query_tokens, key_tokens)


@wrong(
    "Transposes picture and tokens, but writes the labels as asked",
    "Your cells and tokens are turned, with the queries along x. The axis labels say otherwise.",
    "Draw the weights as they come, rows from top to bottom, with the key tokens on x.",
)
def turned_but_for_the_labels(weights, query_tokens, key_tokens):
    return _draw(weights.T, key_tokens, query_tokens)


@wrong(
    "Mixes up the two axis labels",
    "The cells are right, but the axis labels are swapped: columns are keys, rows are queries.",
    'Write "Key token" on x and "Query token" on y.',
)
def labels_swapped(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.set(xlabel="Query token", ylabel="Key token")
    return axes


@wrong(
    "Lets imshow choose the colors",
    "Your colors run from the smallest to the largest weight of this picture. Then the same color means another "
    "weight in each picture, and a faint weight can look like certainty.",
    "Fix both ends of the color scale: 0 and 1.",
)
def scale_of_the_picture(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, scale=(None, None))


@wrong(
    "Starts the scale at 0 and forgets its upper end",
    "Your colors end at the largest weight of this picture. Then the same color means another weight in each "
    "picture, and a faint weight can look like certainty.",
    "Fix the upper end of the color scale, too: 1.",
)
def scale_from_zero(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, scale=(0, None))


@wrong(
    "Spreads the weights over 0 to 1, to make full use of the colors",
    "Your weights are stretched until they fill 0 to 1, so that the colors no longer show the weights.",
    "Draw the weights as they come; a fixed scale makes pictures comparable.",
)
def weights_stretched(weights, query_tokens, key_tokens):
    return _draw((weights - weights.min()) / (weights.max() - weights.min()), query_tokens, key_tokens)


@wrong(
    "Forgets the color bar",
    "Your picture has no color bar, so no color can be read as a number.",
    "Add one, with a label.",
)
def no_color_bar(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, bar=None)


@wrong(
    "Adds a color bar and leaves it without a label",
    "Your color bar does not say what its numbers are.",
    "Give the color bar a label.",
)
def color_bar_without_a_label(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, bar="")


@wrong(
    "Forgets the title",
    "Your picture has no title.",
    "Give the Axes a title.",
)
def no_title(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens, title="")


@wrong(
    "Leaves the axes numbered",
    "Your axes are numbered. Nobody can tell which word looks at which.",
    "Set one tick per row and column, labeled with its token.",
)
def no_tokens(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(weights, vmin=0, vmax=1), label="Attention weight")
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@wrong(
    "Sets the labels without the ticks, so that they land on whatever ticks there are",
    "Your tokens stand one cell too far: the ticks begin at 1, and the first cell is number 0.",
    "Set ticks and labels together: `set_xticks(range(number), texts)`.",
)
def labels_without_ticks(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.set_xticks([*range(1, len(key_tokens)), len(key_tokens)], key_tokens)
    axes.set_yticks([*range(1, len(query_tokens)), len(query_tokens)], query_tokens)
    return axes


@wrong(
    "Uses the key tokens on both axes, as for self-attention",
    "Your rows are labeled with the key tokens. Queries and keys may be other words.",
    "Label the rows with the query tokens.",
)
def key_tokens_on_both(weights, query_tokens, key_tokens):
    return _draw(weights, (key_tokens * 5)[: len(query_tokens)], key_tokens)


@wrong(
    "Returns the figure",
    "You return the Figure. The caller wants to go on drawing in the Axes.",
    "Return the Axes.",
)
def returns_the_figure(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens).figure


@wrong(
    "Returns what imshow returns",
    "You return the image that was drawn, not the Axes that it stands in.",
    "Return the Axes.",
)
def returns_the_image(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens, key_tokens).images[0]


@wrong(
    "Shows the picture and returns nothing",
    "Your function draws the picture and returns nothing.",
    "End with `return`, and the Axes.",
)
def returns_nothing(weights, query_tokens, key_tokens):
    _draw(weights, query_tokens, key_tokens)


@wrong(
    "Draws one line for each query instead of a heatmap",
    "Your picture has lines, and no heatmap.",
    "Draw one cell per weight: `imshow`.",
)
def lines(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    axes.plot(torch.as_tensor(weights).T)
    axes.set_xticks(range(len(key_tokens)), key_tokens)
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@wrong(
    "Stretches the picture upwards from 0, so that the rows run against their labels",
    "Your query tokens run against the rows: each names the weights of another query.",
    "Let the label of query 0 stand at row 0 of the weights, and so on.",
)
def extent_upside_down(weights, query_tokens, key_tokens):
    return _with_extent(weights, query_tokens, key_tokens, origin="upper")


@wrong("Writes the query tokens from bottom to top", like=extent_upside_down)
def query_tokens_reversed(weights, query_tokens, key_tokens):
    return _draw(weights, query_tokens[::-1], key_tokens)


@wrong(
    "Turns the rows upside down, to have query 0 at the top, where it was",
    "Your rows are upside down, but the tokens are not: each row is labeled with another query.",
    "Draw the weights as they come, row 0 first.",
)
def rows_upside_down(weights, query_tokens, key_tokens):
    return _draw(weights.flip(0), query_tokens, key_tokens)


@wrong(
    "Puts the query tokens on x and the key tokens on y",
    "Your cells are right, but the tokens are swapped: query tokens stand along x, key tokens along y.",
    "Set the x ticks with the key tokens and the y ticks with the query tokens.",
)
def tokens_swapped(weights, query_tokens, key_tokens):
    return _draw(weights, key_tokens, query_tokens)


@wrong(
    "Sets the labels alone and leaves the ticks to matplotlib",
    "Your tokens stand in the wrong cells: the labels went to ticks that matplotlib chose, from one before the "
    "first cell on.",
    "Set ticks and labels together: `set_xticks(range(number), texts)`.",
)
def labels_at_automatic_ticks(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(weights, vmin=0, vmax=1), label="Attention weight")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # matplotlib warns that the ticks may move
        axes.set_xticklabels((key_tokens + [""] * 20)[: len(axes.get_xticks())])
        axes.set_yticklabels((query_tokens + [""] * 20)[: len(axes.get_yticks())])
    axes.set(xlabel="Key token", ylabel="Query token", title="Attention")
    return axes


@wrong(
    "Leaves both axis labels out",
    "Your axes do not say which are the queries and which the keys.",
    'Write "Key token" on x and "Query token" on y.',
)
def no_labels(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.set(xlabel="", ylabel="")
    return axes


@wrong(
    "Draws the rows and their tokens from the last to the first",
    "Your rows and their tokens are upside down: the last query is row 0.",
    "Draw the weights as they come, row 0 first, and label them in the same order.",
)
def rows_and_tokens_upside_down(weights, query_tokens, key_tokens):
    return _draw(weights.flip(0), query_tokens[::-1], key_tokens)


@wrong(
    "Draws everything twice",
    "Your picture holds two heatmaps, one upon the other.",
    "Call `imshow` once.",
)
def drawn_twice(weights, query_tokens, key_tokens):
    axes = _draw(weights, query_tokens, key_tokens)
    axes.imshow(weights, vmin=0, vmax=1)
    return axes


@wrong("Leaves all decoration out", "Your picture has cells and nothing that explains them: no tokens, no labels, no "
       "color bar, no title, and a scale of its own.", "Go through the list in the text, one by one.")
def bare(weights, query_tokens, key_tokens):
    figure, axes = plt.subplots()
    axes.imshow(weights)
    return axes
