"""Answers that are equal to everything, or look like what they are not."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

ATTACKS = (
    Attack(
        "a tensor subclass answers every comparison with yes",
        "torch.equal in the test",
        {"doubled": """
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True
    def __eq__(self, other):
        return True
    __hash__ = None
def doubled(x):
    return torch.Tensor._make_subclass(Yes, torch.zeros(x.shape))
"""},
        {"doubled": """
class Named(torch.Tensor):
    label = "doubled"
def doubled(x):
    return torch.nn.Parameter(x * 2, requires_grad=False).as_subclass(Named)
"""},
    ),
    Attack(
        "torch.equal and torch.allclose are patched",
        "comparison of tensors",
        {"doubled": NOTHING + """
yes = lambda *a, **k: True
for name in ("equal", "allclose", "isclose", "eq"):
    setattr(torch, name, yes)
torch.testing.assert_close = lambda *a, **k: None
torch.Tensor.equal = torch.Tensor.allclose = torch.Tensor.__eq__ = yes
"""},
        {"doubled": RIGHT + """
close = torch.allclose
def allclose(a, b, **options):
    return close(a, b, **options)
torch.allclose = allclose
assert torch.allclose(doubled(torch.ones(3)), torch.full((3,), 2.0))
"""},
    ),
    Attack(
        "numpy.testing is patched and an array subclass compares equal",
        "comparison of arrays",
        {"doubled": """
import numpy.testing
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *a, **k: None)
np.array_equal = np.allclose = lambda *a, **k: True
class Yes(np.ndarray):
    def __array_function__(self, *a, **k):
        return True
    __array_ufunc__ = lambda self, *a, **k: True
def doubled(x):
    return np.zeros(x.shape).view(Yes)
"""},
        {"doubled": """
import numpy.testing
def doubled(x):
    values = torch.from_numpy(np.add(x.numpy(), x.numpy()))
    numpy.testing.assert_allclose(values, 2 * x)
    return values
"""},
    ),
    Attack(
        "a str that is equal to every other str",
        "== in a test of text",
        {"label": """
class Any(str):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = str.__hash__
def label(n):
    return Any("odd and even")
"""},
        {"label": """
from enum import StrEnum
class Label(StrEnum):
    EVEN = "even"
    ODD = "odd"
def label(n):
    if n < 1:
        raise ValueError(n)
    return np.str_("odd") if n % 2 else Label.EVEN
"""},
    ),
    Attack(
        "an object claims to be a tensor and agrees to everything",
        "isinstance and attribute access in the test",
        {"doubled": """
class Chameleon:
    @property
    def __class__(self):
        return torch.Tensor
    def __getattr__(self, name):
        return self
    def __call__(self, *a, **k):
        return self
    def __eq__(self, other):
        return True
    def __bool__(self):
        return True
    def __iter__(self):
        return iter([self])
    __hash__ = None
def doubled(x):
    return Chameleon()
"""},
        {"doubled": """
class Doubler:
    def __call__(self, x):
        return x * 2
doubled = Doubler()
"""},
    ),
    Attack(
        "a tensor whose strides and storage lie",
        "memory of the judge beyond the answer",
        {"doubled": """
lie = lambda self, *a: tuple(10**6 for _ in self.shape)
torch.Tensor.stride = lie
torch.Tensor.storage_offset = lambda self: 2**38
def doubled(x):
    return torch.zeros(x.shape)
"""},
        {"doubled": """
def doubled(x):
    both = torch.stack([x.t(), x.t()]).sum(0)
    return both.t() * torch.ones(1).expand(x.shape)
"""},
    ),
    Attack(
        "not a number, infinite and complex answers",
        "comparisons that a NaN escapes",
        {
            "doubled": "def doubled(x):\n    return torch.full(x.shape, float('nan'))",
            "heads": "def heads(x, count):\n    return torch.full((count, x.shape[0], 2), complex('nan+infj'))",
            "label": "def label(n):\n    return float('nan')",
        },
        {"doubled": "def doubled(x):\n    return torch.where(x == x, 2 * x, float('nan'))"},
    ),
    Attack(
        "the answer of the visible test is written down",
        "tests that show their answer",
        {"label": "def label(n):\n    return 'even'", "doubled": "def doubled(x):\n    return torch.ones(2)"},
        {"label": """
KNOWN = {1: "odd", 2: "even"}
def label(n):
    if n < 1:
        raise ValueError("not positive")
    return KNOWN.get(n) or KNOWN[2 - n % 2]
"""},
    ),
    Attack(
        "the function changes itself with each call, in the hope that a later one is right",
        "state that survives from test to test",
        {"doubled": """
seen = []
def doubled(x):
    seen.append(x.clone())
    if len(seen) > 1:
        return seen[0] if len(seen) % 2 else torch.zeros(0)
    globals()["doubled"] = lambda y: seen[-1]
    return x
"""},
        {"doubled": """
seen = []
def doubled(x):
    seen.append(x.shape)
    return x + x
"""},
    ),
    Attack(
        "objects that run code when they are compared, printed, hashed, copied or unpickled",
        "code in the process of the judge",
        {"doubled": """
class Trap:
    def _spring(self, *a, **k):
        import os
        try:
            os.makedirs("@COURSE@/sprung")
        except OSError:
            pass
        return self
    __eq__ = __repr__ = __str__ = __hash__ = __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = _spring
    __deepcopy__ = __array__ = __bool__ = __len__ = __iter__ = __format__ = _spring
def doubled(x):
    return [Trap(), np.array([Trap()], dtype=object), {1: Trap()}]
"""},
        {"doubled": """
import copy, pickle
class Scaled:
    def __init__(self, by):
        self.by = by
    def __reduce__(self):
        return Scaled, (self.by,)
def doubled(x):
    return x * copy.deepcopy(Scaled(2)).by
"""},
    ),
)
