"""The text of a student's cells -> what in it reaches into the grader, for a person to look at. Nothing is run.

A few things only the student's own process sees: whether inputs changed, which operations ran, what the gradients are.
Code that changes that process could make it lie, and no look from outside can prove it. But such code has to reach for
something that no exercise needs: modules behind ``shapewise``'s names, frames, other objects' globals, descriptors,
functions of torch's or Python's that it replaces. That is what is named here, by the syntax tree, through aliases,
imports by name and text that is run. It is a reason to look, no verdict: it costs nobody a point.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

import shapewise

__all__ = ["suspicions"]

_PUBLIC = set(shapewise.__all__)
_REACHES = (
    "sys.modules", "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace",
    "sys.setprofile", "sys.monitoring", "sys.addaudithook", "sys.meta_path", "sys.path_hooks",
    "sys.path_importer_cache", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "gc.callbacks", "ctypes",
    "_ctypes", "cffi", "_cffi_backend", "inspect.stack", "inspect.currentframe", "inspect.trace",
    "inspect.getouterframes", "inspect.getinnerframes", "inspect.getframeinfo", "inspect.getclosurevars",
    "inspect.getmodule", "importlib.util", "importlib.machinery", "importlib._bootstrap",
    "importlib._bootstrap_external", "_imp", "types.CodeType", "types.FunctionType", "types.FrameType",
    "types.CellType", "marshal", "traceback.walk_stack", "traceback.extract_stack", "threading.settrace",
    "threading.setprofile", "threading._active", "unittest.mock", "forbiddenfruit", "os.dup", "os.dup2",
    "os.fdopen", "os.read", "os.write", "os.pread", "os.pwrite", "os.readv", "os.writev", "os.sendfile",
    "os.closerange", "socket.fromfd", "socket.recv_fds", "socket.send_fds", "multiprocessing.reduction",
    "torch._C", "torch.overrides", "torch.utils._python_dispatch", "torch.library", "numpy.ctypeslib", "bdb",
)  # fmt: skip
_ATTRIBUTES = {
    "f_back", "f_locals", "f_globals", "f_builtins", "f_code", "tb_frame", "gi_frame", "cr_frame", "ag_frame",
    "__globals__", "__code__", "__closure__", "cell_contents", "__subclasses__", "__builtins__", "__loader__",
    "__spec__", "__getattribute__", "__torch_function__", "__torch_dispatch__", "ctypes",
}  # fmt: skip
# Whose functions nobody's homework replaces; and what of them notebooks set all the same.
_OTHERS = {
    "torch", "numpy", "builtins", "sys", "inspect", "types", "typing", "functools", "operator", "math", "json",
    "os", "importlib", "gc", "copy", "warnings", "socket", "struct", "time", "IPython", "get_ipython",
    "shapewise", "contextlib", "dataclasses", "select", "threading", "__builtins__",
}  # fmt: skip
_SETTINGS = re.compile(
    r"torch\.(?:backends|_dynamo\.config|_inductor\.config)\.|warnings\.(?:showwarning|formatwarning)$"
    r"|os\.environ\b|get_ipython\.(?:ast_node_interactivity|autocall|system)$"
    r"|sys\.(?:stdout|stderr|stdin|argv|path|excepthook|displayhook|tracebacklimit|dont_write_bytecode)$"
)
_IN_TEXT = "|".join(re.escape(name) for name in (*_REACHES, *sorted(_ATTRIBUTES)) if re.search(r"\w[._]", name))
_TEXT = re.compile(
    rf"__shapewise\w*|\bshapewise\.(?!(?:{'|'.join(sorted(_PUBLIC))})\b)\w[\w.]*|/proc/\w*|/dev/(?:fd|mem)\b"
    rf"|\bcsys\nmodules|\b(?:{_IN_TEXT})\b"
)
# Names that are modules even where no import of them is seen; others could be anybody's variables.
_MODULES = {
    "torch", "numpy", "sys", "gc", "inspect", "ctypes", "builtins", "importlib", "os", "shapewise", "__builtins__",
}  # fmt: skip
_UNPRINTABLE = re.compile(r"[^\w .()/'-]")
_COMPUTED = {"sys", "gc", "inspect", "builtins", "importlib", "shapewise", "os", "__builtins__"}
_IMPORTS = ("__import__", "importlib.import_module", "importlib.__import__")
_MOST, _MOST_DEPTH = 12, 4
# A lesson's cell that could give a module another name: by an import, or by a path that stands alone on a right side.
_MAY_RENAME = re.compile(r"\bimport\b|\bget_ipython\b|=[\s(]*[A-Za-z_][\w.]*[\s)]*(?:$|[;#,])", re.MULTILINE)

Found = tuple[int, str]
"""A line of a cell, and what stands there."""


def suspicions(
    cells: Iterable[tuple[str, str]], given: Iterable[str] = (), python: Callable[[str], str] = str
) -> list[str]:
    """A sentence for each cell of (name, text) that reaches for what no exercise needs.

    What stands in the ``given`` text of the lesson is nobody's suspicion. ``python`` makes Python of IPython's syntax.
    """
    trees = [(name, text, _parsed(text, python)) for name, text in cells]
    lesson = list(given)
    renaming = [_parsed(text, python) for text in lesson if _MAY_RENAME.search(text)]
    aliases: dict[str, str] = {}
    for _ in range(2):  # an alias of an alias may come first
        for tree in (*renaming, *(tree for _, _, tree in trees)):
            _learn_aliases(tree, aliases)
    said, allowed = list[str](), set[str]()
    for name, text, tree in trees:
        found = list(_found(tree, aliases, python)) if tree is not None else list(_in_text(text, 0))
        if found and lesson:  # rare: of most notebooks, the lesson need not be searched
            allowed = {what for one in lesson for _, what in _found(_parsed(one, python), aliases, python)}
            lesson = []
        new = dict[str, int]()
        for line, what in sorted(found):
            if what not in allowed:
                new.setdefault(what, line)
        if new:
            uses = (f"{_UNPRINTABLE.sub('?', what)[:80]} (line {line})" for what, line in [*new.items()][:_MOST])
            said.append(f"{_UNPRINTABLE.sub('?', name)[:80]} uses {', '.join(uses)}.")
    return said[:_MOST]


def _parsed(text: str, python: Callable[[str], str]) -> ast.Module | None:
    for made in (str, python):
        try:
            return ast.parse(made(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _learn_aliases(tree: ast.Module | None, aliases: dict[str, str]) -> None:
    """Note which names stand for which modules and what is in them."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    aliases[alias.asname or alias.name] = alias.name
                else:
                    aliases[alias.name.partition(".")[0]] = alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign | ast.NamedExpr):
            path = _path(node.value, aliases)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if path is not None and path.partition(".")[0] in _OTHERS:
                aliases.update({target.id: path for target in targets if isinstance(target, ast.Name)})


def _path(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """What an expression stands for, as ``module.name``; None where that cannot be told."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        root = aliases.get(node.id, node.id if node.id in _MODULES else "")
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_ipython":
        root = "get_ipython"
    elif isinstance(node, ast.Call) and node.args and _called(node, aliases) in _IMPORTS:
        root = _constant(node.args[0]) or ""
    else:
        return None
    return ".".join([root, *reversed(parts)]) if root else None


def _called(node: ast.Call, aliases: dict[str, str]) -> str:
    function = node.func
    if isinstance(function, ast.Name) and function.id not in aliases:
        return function.id
    if isinstance(function, ast.Attribute) and function.attr in ("__setattr__", "__delattr__"):
        return f".{function.attr}"
    return (_path(function, aliases) or "").removeprefix("builtins.")


def _constant(node: ast.AST) -> str | None:
    """A text that stands in the code, also in pieces."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _constant(node.left), _constant(node.right)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_constant(part) or "" for part in node.values)
    return None


def _stands_there(node: ast.AST) -> bool:
    return _constant(node) is not None and not any(isinstance(part, ast.FormattedValue) for part in ast.walk(node))


def _found(
    tree: ast.Module | None, aliases: dict[str, str], python: Callable[[str], str], depth: int = 0
) -> Iterator[Found]:
    for node in ast.walk(tree) if tree is not None else ():
        line = getattr(node, "lineno", 0)
        try:
            for what in _of_node(node, aliases):
                yield line, what
            text = _constant(node)
            if text is not None:
                yield from _in_text(text, line - 1)
            if isinstance(node, ast.Call) and depth < _MOST_DEPTH:
                for code in _code_in(node, aliases):
                    inner = _parsed(code, python)
                    yield from ((line, what) for _, what in _found(inner, aliases, python, depth + 1))
        except RecursionError:
            yield line, "an expression too long to be read"


def _in_text(text: str, before: int) -> Iterator[Found]:
    for match in _TEXT.finditer(text):
        yield before + text.count("\n", 0, match.start()) + 1, match[0].replace("\n", " ")


def _of_node(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _reaches(alias.name))
    elif isinstance(node, ast.ImportFrom):
        yield from _of_import(node)
    elif isinstance(node, ast.Attribute):
        path = _path(node, aliases)
        if node.attr in _ATTRIBUTES or node.attr.startswith("__shapewise"):
            yield node.attr
        elif path is not None and (_reaches(path) or (node.attr == "__dict__" and path.partition(".")[0] in _OTHERS)):
            yield path
        if isinstance(node.ctx, ast.Store | ast.Del):
            yield from _replaced(path, node.attr)
    elif isinstance(node, ast.Name):
        if node.id in ("__builtins__", "__loader__", "__spec__") or node.id.startswith("__shapewise"):
            yield node.id
        elif isinstance(node.ctx, ast.Load) and _reaches(aliases.get(node.id, "")):
            yield aliases[node.id]
    elif isinstance(node, ast.FunctionDef | ast.ClassDef) and (
        node.name.startswith("__shapewise") or node.name in _ATTRIBUTES
    ):
        yield node.name
    elif isinstance(node, ast.Call):
        yield from _of_call(node, aliases)


def _of_import(node: ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        path = f"{node.module}.{alias.name}"
        if _reaches(path) or (alias.name == "*" and node.module in _COMPUTED - {"shapewise"}):
            yield path


def _reaches(path: str) -> bool:
    """Whether a module or a name in it is one of those that no exercise needs."""
    if path.startswith("shapewise."):
        return path.split(".")[1] not in {*_PUBLIC, "*", "__version__", "__all__", "__file__", "__doc__"}
    return any(path == name or path.startswith(f"{name}.") for name in _REACHES)


def _replaced(path: str | None, name: str) -> Iterator[str]:
    if name == "__class__":
        yield "a new __class__ for an object"
    elif path is not None and path.partition(".")[0] in _OTHERS and not _SETTINGS.match(path):
        yield f"a new {path}"


def _of_call(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    called = _called(node, aliases)
    first = _path(node.args[0], aliases) if node.args else None
    root = (first or "").partition(".")[0]
    named = _constant(node.args[1]) if len(node.args) > 1 else None
    if called in ("setattr", "delattr") or called.endswith((".__setattr__", ".__delattr__")):
        yield from _replaced(f"{first}.{named or '...'}" if first else None, named or "")
    elif called == "getattr" and named is None and root in _COMPUTED:
        yield f"getattr of {first} by a computed name"
    elif called == "getattr" and named is not None and first and _reaches(f"{first}.{named}"):
        yield f"{first}.{named}"
    elif called == "vars" and root in _OTHERS:
        yield f"vars({first})"
    elif called in _IMPORTS and node.args:
        module = _constant(node.args[0])
        if module is None or _reaches(module):
            yield module or "an import by a computed name"
    elif called in ("eval", "exec", "compile") and node.args and not _stands_there(node.args[0]):
        yield f"{called} of text that does not stand there"
    elif called in ("open", "io.open") and node.args and isinstance(node.args[0], ast.Constant) and (
        type(node.args[0].value) is int
    ):
        yield f"open({node.args[0].value})"
    elif any(keyword.arg == "fileno" for keyword in node.keywords):
        yield f"{called or 'a call'} by descriptor"


def _code_in(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    """Text that a call runs, or writes to a file that can be run."""
    called = _called(node, aliases)
    at = {"eval": 0, "exec": 0, "compile": 0, "get_ipython.run_cell": 0, "get_ipython.run_cell_magic": 2}.get(called)
    if at is not None and len(node.args) > at:
        text = _constant(node.args[at])
        if text is not None:
            yield text
