"""Answers that cost the judge: many items, one memory named often, values that take minutes to print, odd types."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack
from tests.grading.attacks.forging import CONNECTION

_WIDE = '["T", "float32", [2] * 24, [0] * 24, 0, 0]'  # sixteen million entries to print, four bytes to send
_FLOOD = CONNECTION + """
def flood(tree, memory=(), head=None):
    sent = message(tree, memory) if head is None else struct.pack("<QI", len(head) + 4, len(head)) + head
    for at in range(0, len(sent), 2**16):
        os.write(wire, sent[at:at + 2**16])
def outcome(value, shares=("t",), error=None):
    return ["d", ["outcome", ["@", "Outcome", value, error, ["t"], list(shares), ["d"], None]]]
"""


def _answers(name: str, hostile: str, twin: str, solved: tuple[str, ...] = ("heads", "label")) -> Attack:
    return Attack(name, "the judge's time", {"doubled": hostile}, {"doubled": twin}, solved)


def _outcome(name: str, sent: str, twin: str) -> Attack:
    """One answer too many: from then on, each is taken for that to the next question."""
    return _answers(name, f"{_FLOOD}\ndef doubled(x):\n    flood({sent})\n    return x\n", twin, solved=())


def _report(name: str, outputs: str, twin: str) -> Attack:
    """In place of what a cell is to report; the rest as above."""
    sent = f'["d", ["outputs", {outputs}], ["error", None], ["cpu", 0.0]]'
    return _answers(name, f"{NOTHING}{_FLOOD}\nflood({sent}, [bytes(4)])\n", twin, solved=())


ATTACKS = (
    _answers(
        "a tensor of 24 axes, which takes minutes to print",
        "def doubled(x):\n    return x * 2 if x.dim() == 1 else torch.zeros(1).expand([2] * 24)",
        "def doubled(x):\n    str(torch.zeros([1] * 24))\n    return (x[(None,) * 20] * 2).view(x.shape)",
    ),
    _answers(
        "an array of 24 axes, and a list of four hundred thousand numbers",
        "answers = [lambda: np.broadcast_to(np.zeros(1), [2] * 24), lambda: [0.1] * 400_000]\n"
        "def doubled(x):\n    return answers.pop()()",
        "def doubled(x):\n    return torch.from_numpy(np.array(x).reshape([1] * 20 + list(x.shape))).view(x.shape) * 2",
    ),
    _answers(
        "an exception that holds a tensor of 24 axes",
        "def doubled(x):\n    raise ValueError(torch.zeros(1).expand([2] * 24), 1)",
        "def doubled(x):\n    return ValueError(x).args[0] * 2",
    ),
    _report(
        "tensors of 24 axes stand where a report has texts",
        f'["l", ["d", ["output_type", "error"], ["ename", {_WIDE}], ["evalue", {_WIDE}], '
        f'["traceback", ["l", *[{_WIDE} for _ in range(50)]]]]]',
        RIGHT + "\ntry:\n    raise ValueError('x' * 3000)\nexcept ValueError:\n    print('caught')\n",
    ),
    _report(
        "arrays and tuples stand where a report has names",
        '["l", ["d", ["output_type", ["A", "<U1", [2, 2], [0, 0], 0, 0]], ["name", ["A", "<f4", [1], None, 0, 0]], '
        '["text", 3]], ["d", ["output_type", "stream"], ["name", ["A", "<i1", [4], None, 0, 0]], ["text", "x"]], '
        '["d", ["output_type", "display_data"], ["data", ["d", [["t", 1], "x"], [1.5, "y"], [None, "z"]]]]]',
        RIGHT + "\nfrom IPython.display import display\ndisplay({'text/plain': 'x'}, raw=True)\n",
    ),
    _report(
        "outputs are no list, a list of no outputs, or ten thousand",
        '["l", *[["d", ["output_type", "stream"], ["name", "stdout"], ["text", "x" * 900]] for _ in range(10_000)], 7]',
        RIGHT + "\nfor n in range(60):\n    print(n)\n",
    ),
    _outcome(
        "one memory is named by ninety thousand arrays",
        'outcome(["l", *[["A", "<u1", [10], None, 0, 0] for _ in range(90_000)]]), [bytes(40 * 2**20)]',
        "def doubled(x):\n    return torch.stack([torch.tensor(row.numpy()) for row in x]) * 2",
    ),
    _outcome(
        "one memory is named by ninety thousand numbers and truth values",
        'outcome(["l", *[["n", "|b1", 0] for _ in range(45_000)], *[["A", "|b1", [9], None, 0, 0] for _ in '
        "range(45_000)]]), [bytes(range(256)) * 2**17]",
        "def doubled(x):\n    assert np.float32(2) == 2 and bool(np.bool_(True))\n    return x * float(np.float32(2))",
    ),
    _outcome(
        "twenty million empty lists",
        'None, head=b"[" + b"[]," * 20_000_000 + b"[]]"',
        "def doubled(x):\n    return x * len([[], []])",
    ),
    _outcome(
        "millions of empty objects and keys",
        'None, head=b"[" + b",".join([b"{}"] * 9_000_000) + b"]"',
        "def doubled(x):\n    return x * len([{}, {}])",
    ),
    _outcome(
        "numbers of a million digits",
        'None, head=b"[" + b"9" * 10**6 + b"," + b"1." + b"7" * 10**7 + b",1e" + b"9" * 10**6 + b"]"',
        "def doubled(x):\n    return x * (10**40 // (5 * 10**39))",
    ),
    _outcome(
        "a copy is said to share memory a hundred thousand times",
        'outcome(["l", *[["T", "float32", [4, 3], [1, 4], 0, 0]] * 300], ["t", *([0] * 100_000)]), [bytes(48)]',
        "def doubled(x):\n    return torch.cat([x[:1], x[1:]]) * 2",
    ),
    _outcome(
        "an error with a name of megabytes and a hundred thousand ancestors",
        'outcome(None, error=["@", "Raised", "E" * 10**6, ["t", *["E"] * 10**5], "m" * 10**7, None, ""])',
        "def doubled(x):\n    class E(ValueError):\n        pass\n    try:\n        raise E('m' * 10**5)\n"
        "    except ValueError:\n        return x * 2",
    ),
    _outcome(
        "dates, texts and bytes that no library can write",
        'outcome(["l", ["A", "<M8[100000Y]", [2], None, 0, 0], ["A", "<U2", [2], None, 0, 0], ["A", "<m8[as]", [2], '
        'None, 0, 0], ["A", "|S16", [1], None, 0, 0], ["n", "<M8[ns]", 0]]), [bytes([255] * 16)]',
        "def doubled(x):\n    str(np.datetime64('2026-01-01'))\n    return x * 2",
    ),
    _answers(
        "the names of a notebook are described by arrays and a hundred thousand parameters",
        _FLOOD + NOTHING + """
wide = ["T", "float32", [2] * 24, [0] * 24, 0, 0]
parameters = ["t", *[["@", "Parameter", f"p{n}", "KEYWORD_ONLY", False] for n in range(90_000)]]
tell = message(["d", ["names", ["d", ["doubled", ["d", ["kind", "function"], ["parameters", parameters],
    ["doc", wide]]], ["x", ["d", ["kind", wide]]]]]], [bytes(4)])
import threading, time
def keep_telling():
    time.sleep(0.05)
    for at in range(0, len(tell), 2**16):
        os.write(wire, tell[at:at + 2**16])
threading.Thread(target=keep_telling, daemon=True).start()
""",
        "def doubled(x, *, a=1, b=1, c=1, d=1):\n    \"\"\"Twice x.\"\"\"\n    return x * (a + b)",
        solved=(),
    ),
    _answers(
        "an answer says that it was too large, in a tensor, and took no time, or all of it",
        _FLOOD + """
def doubled(x):
    flood(["d", ["too_large", ["T", "float32", [2] * 24, [0] * 24, 0, 0]], ["cpu", 1e400], ["compiler", 3]], [bytes(4)])
    return x
""",
        "def doubled(x):\n    return x * torch.zeros(2**18).add(2)[0]",
        solved=(),
    ),
)
