"""Messages on the wire between a student's process and the judge that the engine did not write."""

from shapewise.grading.messages.verdicts import Verdict
from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

__all__ = ["ATTACKS", "CONNECTION"]

CONNECTION = """
import os, struct, json, socket, stat
def connection():
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return fd
        except OSError:
            pass
def message(tree, memory=()):
    header = json.dumps([tree, [len(m) for m in memory]]).encode()
    body = struct.pack("<I", len(header)) + header + b"".join(memory)
    return struct.pack("<Q", len(body)) + body
wire = connection()
"""

ATTACKS = (
    Attack(
        "praise is written to every open descriptor",
        "the verdict, over an inherited descriptor",
        {"doubled": NOTHING + """
import os, struct, json
praise = json.dumps({"verdict": "passed", "score": 3.0, "test": {"grade_id": "doubled_test"}}).encode()
for fd in range(3, 1024):
    for text in (praise, struct.pack("<Q", len(praise)) + praise, b".\\n"):
        try:
            os.write(fd, text)
        except OSError:
            pass
"""},
        {"doubled": RIGHT + "\nimport os\nos.write(1, b'to stdout')\nos.write(2, b'to stderr')\n"},
    ),
    Attack(
        "well-formed answers are sent before anything was asked",
        "the judge's order of question and answer",
        {"doubled": CONNECTION + NOTHING + """
right = ["T", "float32", [4, 3], [1, 4], 0, 0]
outcome = ["@", "Outcome", right, None, ["t"], ["t"], ["d"], None]
answer = message(["d", ["outcome", outcome], ["printed", ""], ["cpu", 0.0]], [bytes(48)])
function = ["d", ["kind", "function"], ["parameters", None], ["doc", ""]]
os.write(wire, message(["d", ["outputs", ["l"]], ["error", None], ["cpu", 0.0]]))
os.write(wire, message(["d", ["names", ["d", ["doubled", function]]]]))
for _ in range(8):
    os.write(wire, answer)
"""},
        {"doubled": RIGHT + "\nimport socket\nones, other = socket.socketpair()\nones.send(b'x')\nother.recv(1)\n"},
    ),
    Attack(
        "answers of other types than agreed",
        "an error in the judge instead of a verdict",
        {"doubled": CONNECTION + """
def doubled(x):
    for tree in (["l"], 3.0, ["d", ["outcome", 3]], ["@", "Outcome", 1, 2, 3, 4, 5, 6], ["@", "Raised", 1], ["?"],
                 ["d", ["outcome", ["@", "Outcome", None, None, ["t"], ["t"], ["d"], "many"]]], [[], []], {"a": 1}):
        os.write(wire, message(tree))
    return x
"""},
        {"doubled": "def doubled(x, *more, scale: 'a number' = 2, **options):\n    return scale * x"},
    ),
    Attack(
        "a message that claims to be larger than the world",
        "the judge's memory",
        {"doubled": CONNECTION + """
def doubled(x):
    os.write(wire, struct.pack("<Q", 2**63 - 1) * 4)
    return x
"""},
        {"doubled": RIGHT, "label": """
def label(n):
    table = torch.arange(10**6)
    if n < 1:
        raise ValueError("not positive")
    return ["even", "odd"][int(table[n]) % 2]
"""},
        solved=("heads", "label"),
    ),
    Attack(
        "an answer that comes one byte at a time, while children fill the memory",
        "memory of the machine, behind the back of the look at it",
        {"doubled": CONNECTION + """
def doubled(x):
    import time
    os.write(wire, struct.pack("<Q", 2**20))
    for _ in range(3):
        if not os.fork():
            hoard = [b"x" * 2**22 for _ in range(75)]
            time.sleep(1000)
    while True:
        os.write(wire, b" ")
        time.sleep(0.001)
"""},
        {"doubled": "def doubled(x):\n    import time\n    time.sleep(0.2)\n    return x * 2"},
        solved=("heads", "label"),
        ends=Verdict.OUT_OF_MEMORY,
    ),
    Attack(
        "an answer full of numbers that all have one hash",
        "the judge's time",
        {"doubled": CONNECTION + """
same = [hex(k * (2**61 - 1)) for k in range(1, 400_000)]
flood = message(["d", ["outcome", ["s", *(["i", number] for number in same)]]])
def doubled(x):
    for at in range(0, len(flood), 2**16):
        os.write(wire, flood[at:at + 2**16])
    return x
"""},
        {"label": """
known = {n: ["even", "odd"][n % 2] for n in range(1, 100_000)}
def label(n):
    if n not in known:
        raise ValueError(n)
    return known[n]
"""},
        solved=("heads", "label"),
    ),
    Attack(
        "the report of a cell is full of numbers that all have one hash",
        "the judge's time, between two tests",
        {"doubled": NOTHING + CONNECTION + """
same = [hex(k * (2**61 - 1)) for k in range(1, 400_000)]
flood = message(["d", ["outputs", ["s", *(["i", number] for number in same)]]])
for at in range(0, len(flood), 2**16):
    os.write(wire, flood[at:at + 2**16])
"""},
        {"doubled": RIGHT + "\nlen({n * (2**61 - 1) for n in range(2_000)})\n"},
        solved=("heads", "label"),
    ),
    Attack(
        "an answer nested a hundred thousand deep",
        "the judge's stack",
        {"doubled": CONNECTION + """
def doubled(x):
    text = b"[" * 100_000 + b"]" * 100_000
    os.write(wire, struct.pack("<QI", len(text) + 4, len(text)) + text)
    return x
"""},
        {"doubled": """
def doubled(x):
    nested = x
    for _ in range(500):
        nested = [nested]
    while isinstance(nested, list):
        nested = nested[0]
    return nested * 2
"""},
        solved=("heads", "label"),
    ),
    Attack(
        "tensors and arrays that reach beyond the memory sent with them",
        "memory of the judge, printed into the feedback",
        {"doubled": CONNECTION + """
def doubled(x):
    for tree in (
        ["T", "float32", [2**20], [1], 0, 0], ["T", "float32", [4], [2**39], 0, 0], ["T", "float32", [2], [-1], 0, 0],
        ["T", "float32", [4], [1], 2**39, 0], ["T", "float32", [0, 2**39], [1, 1], 0, 0],
        ["T", "quint8", [4], [1], 0, 0],
        ["A", "<f4", [2**20], None, 0, 0], ["A", "<f4", [4], [-4], 0, 0], ["A", "|O", [2], None, 0, 0],
        ["A", "<f4", [4], [2**40], 0, 0], ["A", "S2147483647", [0], None, 0, 0], ["A", "(2,2)i4", [1], None, 0, 0],
        ["n", "|O", 0], ["n", "<f8", 0], ["y", -1], ["y", 7], ["i", "0x" + "f" * 10**6],
        ["T", "bool", [16], [1], 0, 0],
    ):
        outcome = ["@", "Outcome", tree, None, ["t"], ["t"], ["d"], None]
        os.write(wire, message(["d", ["outcome", outcome], ["printed", ""], ["cpu", 0.0]], [bytes(16)]))
    return x
"""},
        {"doubled": """
def doubled(x):
    twice = x.contiguous() * 2
    return twice.as_strided(twice.shape, twice.stride())
"""},
    ),
    Attack(
        "a copy is reported as a view",
        "the claim that the answer shares memory with the input",
        {"heads": """
import shapewise.checks.calling as calling
calling._overlap = lambda value, argument: isinstance(argument, torch.Tensor)
def heads(x, count):
    return x.reshape(x.shape[0], count, -1).transpose(0, 1).contiguous()
"""},
        {"heads": """
def heads(x, count):
    seq, width = x.shape
    return x.as_strided((count, seq, width // count), (width // count, width, 1))
"""},
    ),
    Attack(
        "a copy is reported as a view that reaches over the whole input",
        "the claim that the answer shares memory with the input, with its geometry",
        {"heads": """
import shapewise.checks.calling as calling, dataclasses
observe = calling.observe
def heads(x, count):
    return torch.stack(x.split(x.shape[1] // count, dim=1))
import shapewise.grading.student.serve as student
student.observe = lambda function, request: dataclasses.replace(observe(function, request), shares_memory=(0,))
"""},
        {"heads": "def heads(x, count):\n    return x.unflatten(1, (count, -1)).movedim(1, 0)"},
    ),
    Attack(
        "open files and sockets are passed along with an answer",
        "the descriptors of the judge",
        {"doubled": CONNECTION + """
def doubled(x):
    link = socket.socket(fileno=os.dup(wire))
    for _ in range(50):
        socket.send_fds(link, [b"\\0" * 8], [os.open("/dev/null", 0) for _ in range(4)])
    return x
"""},
        {"doubled": """
import os, socket
def doubled(x):
    here, there = socket.socketpair()
    with here, there:
        socket.send_fds(here, [b"one"], [there.fileno()])
        for fd in socket.recv_fds(there, 10, 1)[1]:
            os.close(fd)
    return x * 2
"""},
    ),
    Attack(
        "a signature, a docstring and a name made to confuse whoever reads them",
        "the judge, when it describes the function",
        {"doubled": """
import inspect
class Odd(inspect.Parameter):
    kind = property(lambda self: type("K", (), {"name": "__class__"})())
    name = property(lambda self: "x'); import os #" * 1000)
class Signature(inspect.Signature):
    parameters = property(lambda self: {str(n): Odd("x", 1) for n in range(1000)})
def doubled(x):
    return x
doubled.__signature__ = Signature()
doubled.__doc__ = "<script>" * 10**6
doubled.__name__ = doubled.__qualname__ = "label"
"""},
        {"doubled": '''
from typing import Annotated
def doubled(x: Annotated["torch.Tensor", "(n,)"], /) -> "torch.Tensor":
    r"""(n,) -> (n,); see <https://example.org> \\frac{1}{2} 'quoted'"""
    return x * 2
doubled.__name__ = "twice"
'''},
    ),
    Attack(
        "an exception that pretends to be a shortage of memory, a stub, or nothing",
        "how an error is told",
        {"doubled": """
class Nothing(Exception):
    def __str__(self):
        raise self
    __repr__ = __str__
class Liar(type):
    def mro(cls):
        return [cls, Exception, BaseException, object]
    __name__ = property(lambda cls: "passed")
class Passed(Exception, metaclass=Liar):
    pass
def doubled(x):
    raise Passed("3.0") from Nothing()
""", "label": "def label(n):\n    raise AssertionError('3.0')"},
        {"label": """
class NotPositive(ValueError):
    def __str__(self):
        return "positive numbers only"
def label(n):
    if n < 1:
        raise NotPositive from KeyError(n)
    return "odd" if n % 2 else "even"
"""},
    ),
)
