"""Plots, answers in words, and a task that a person grades."""

from __future__ import annotations

from tests.grading.courses.cells import Assignment, answer, lesson, notebook_of, task, test, text, written

WAVES = notebook_of(
    text("# Waves"),
    lesson("%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt"),
    answer("wave", '''
def wave(frequency):
---
    t = np.linspace(0, 1, 101)
    fig, ax = plt.subplots()
    ax.plot(t, np.sin(2 * np.pi * frequency * t), label="wave")
    ax.set(title=f"{frequency} Hz", xlabel="s")
    ax.legend()
    return ax
'''),
    test("wave_test", '''
ax = wave(2)
assert ax.get_title() == "2 Hz" and ax.get_xlabel() == "s"
assert [entry.get_text() for entry in ax.get_legend().get_texts()] == ["wave"]
(line,) = ax.lines
assert np.allclose(line.get_ydata()[[0, 25, 50]], [0, 0, 0], atol=1e-9)
plt.close("all")
''', 3),
    answer("energy", "def energy(samples):\n---\n    return float(np.mean(np.square(samples)))"),
    test("energy_test", "assert abs(energy(np.array([1.0, -1.0, 2.0])) - 2.0) < 1e-12"),
    written("why", "Squares are positive.", 2),
    written("spectrum", "np.abs(np.fft.rfft(np.ones(8)))", 2, code=True),
    task("sketch", "Draw two waves that cancel each other, and say why.", 4),
)  # fmt: skip

ADA = {
    "wave": "def wave(frequency):\n    t = np.linspace(0, 1, 101)\n    plt.plot(t, np.sin(2 * np.pi * frequency * t),"
    " label='wave')\n    plt.title('2 Hz'); plt.xlabel('s'); plt.legend()\n    return plt.gca()",
    "energy": "def energy(samples):\n    return sum(samples) ** 2",
    "why": "Because.",
    "spectrum": None,
    "sketch": "They cancel.",
}
BEN = {
    "wave": "def wave(frequency):\n    fig, ax = plt.subplots()\n    ax.set_title('2 Hz')\n    return ax",
    "why": None,
}

ASSIGNMENT = Assignment({"waves": WAVES}, {"ada": {"waves": ADA}, "ben": {"waves": BEN}})
