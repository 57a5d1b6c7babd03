"""What tests of a programming course look at, and no other process can see: objects, printing, source, globals."""

from __future__ import annotations

from tests.grading.courses.cells import Assignment, answer, lesson, notebook_of, test, text

BANK = notebook_of(
    text("# A bank"),
    lesson('import random\nhistory = [1, 2, 3]\nx = "kept"\nrate = 0.1'),
    answer("account", '''
class TooLittle(Exception):
    """There is not enough money."""

class Account:
    def __init__(self, owner):
        self.owner, self.balance = owner, 0
---
    def deposit(self, amount):
        self.balance += amount
        return self

    def withdraw(self, amount):
        if amount > self.balance:
            raise TooLittle(amount)
        self.balance -= amount
'''),
    test("account_test", '''
account = Account("ada")
account.deposit(10).deposit(5)
assert account.balance == 15 and isinstance(account, Account)
# ### BEGIN HIDDEN TESTS
try:
    account.withdraw(100)
except TooLittle:
    pass
else:
    raise AssertionError("too much was paid out: 100-SECRET")
# ### END HIDDEN TESTS
''', 2),
    answer("countdown", "def countdown(n):\n---\n    while n:\n        yield n\n        n -= 1"),
    test("countdown_test", "numbers = countdown(3)\nassert next(numbers) == 3\nassert list(numbers) == [2, 1]"),
    answer("counter", '''
def counter():
---
    count = 0
    def more():
        nonlocal count
        count += 1
        return count
    return more
'''),
    test("counter_test", "more = counter()\nmore()\nassert more() == 2 and counter()() == 1"),
    answer("twice", "def twice(f, value):\n---\n    return f(f(value))"),
    test("twice_test", "assert twice(lambda x: x + 3, 1) == 7\nassert twice(str.strip, ' a ') == 'a' != x"),
    answer("total", "def total(numbers):\n---\n    return sum(numbers)"),
    test("total_test", '''
history = history + [4]
assert total(history) == 10 and [x for x in history if x > 2] == [3, 4]
assert x == "kept"
'''),
    test("total_source", 'import inspect\nassert total([2]) == 2 and "for " not in inspect.getsource(total)'),
    answer("greet", "def greet(name):\n---\n    print(f'Hello, {name}!')"),
    test("greet_test", '''
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as said:
    greet("Ada")
assert said.getvalue() == "Hello, Ada!\\n"
'''),
    answer("roll", "def roll():\n---\n    return random.randint(1, 6)"),
    test("roll_test", "random.seed(7)\nrolled = [roll() for _ in range(20)]\nrandom.seed(7)\n"
         "assert rolled == [random.randint(1, 6) for _ in range(20)]"),
    answer("interest", "def interest(amount):\n---\n    return amount * rate"),
    test("interest_test", "rate = 0.5\nassert interest(100) == 50"),
    answer("circle", "---\nimport math\n\ndef circle(radius):\n    return math.pi * radius ** 2"),
    test("circle_test", "assert abs(circle(2) - math.pi * 4) < 1e-9"),
    answer("last", "def last(items):\n---\n    return items[-1]"),
    test("last_test", "many = list(range(600_000))\nassert last(many) == 599_999"),
    answer("colors", "def colors():\n---\n    return ['red', 'green', 'blue', 'white']"),
    test("colors_test", "0.5 * len({'red', 'green', 'blue', 'white'} & set(colors()))", 2),
    answer("half", "def half(n):\n---\n    return n / 2"),
    test("half_test", "assert half(3) == 1.5"),
)  # fmt: skip

ADA = {
    "account": "class TooLittle(Exception):\n    pass\n\nclass Account:\n    def __init__(self, owner):\n"
    "        self.balance = 0\n    def deposit(self, amount):\n        self.balance += amount\n        return self\n"
    "    def withdraw(self, amount):\n        self.balance -= amount",
    "countdown": "def countdown(n):\n    return iter(range(n, 0, -1))",
    "counter": None,
    "twice": "def twice(f, value):\n    return f(value)",
    "total": "def total(numbers):\n    found = 0\n    for n in numbers:\n        found += n\n    return found",
    "greet": "def greet(name):\n    print('Hello,', name)",
    "roll": None,
    "interest": "def interest(amount):\n    return amount * 0.5",
    "circle": None,
    "last": "def last(items):\n    return items[0]",
    "colors": "def colors():\n    return ['red', 'blue', 'pink']",
    "half": "import warnings\n\ndef half(n):\n    warnings.warn('old')\n    return n / 2",
}
BEN = {
    "account": None,
    "countdown": "def countdown(n):\n    return list(range(n, 0, -1))",
    "total": "def total(numbers):\n    return max(numbers)",
    "interest": None,
    "circle": "def circle(radius):\n    return 3.14159265358979 * radius ** 2",
    "colors": None,
    "half": "def half(n):\n    return n // 2",
}

ASSIGNMENT = Assignment({"bank": BANK}, {"ada": {"bank": ADA}, "ben": {"bank": BEN}})
