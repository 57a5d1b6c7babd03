"""What reaches into the grader, by name: modules, their functions, attributes, and what stands for them in a text.

Nothing here reads a tree; where these names stand in a student's cells, ``suspicions`` finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import shapewise

__all__ = ["ATTRIBUTES", "IMPORTS", "MODULES", "ONLY_LOOK", "OTHERS", "PRYING", "RUN", "TEXT", "reaches", "replaced"]

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
    "multiprocessing.connection", "runpy", "pkgutil.resolve_name", "pydoc.locate", "_posixsubprocess", "_io",
)  # fmt: skip
ATTRIBUTES = {
    "f_back", "f_locals", "f_globals", "f_builtins", "f_code", "tb_frame", "gi_frame", "cr_frame", "ag_frame",
    "__globals__", "__code__", "__closure__", "cell_contents", "__subclasses__", "__builtins__", "__loader__",
    "__spec__", "__getattribute__", "__torch_function__", "__torch_dispatch__", "ctypes", "__self__", "_getframe",
}  # fmt: skip
# Whose functions nobody's homework replaces; and what of them notebooks set all the same.
OTHERS = {
    "torch", "numpy", "builtins", "sys", "inspect", "types", "typing", "functools", "operator", "math", "json",
    "os", "importlib", "gc", "copy", "warnings", "socket", "struct", "time", "IPython", "get_ipython",
    "shapewise", "contextlib", "dataclasses", "select", "threading", "__builtins__",
}  # fmt: skip
_SETTINGS = re.compile(
    r"torch\.(?:backends|_dynamo\.config|_inductor\.config)\.|warnings\.(?:showwarning|formatwarning)$"
    r"|os\.environ\b|get_ipython\.(?:ast_node_interactivity|autocall|system)$"
    r"|sys\.(?:stdout|stderr|stdin|argv|path|excepthook|displayhook|tracebacklimit|dont_write_bytecode)$"
)
_IN_TEXT = "|".join(re.escape(name) for name in (*_REACHES, *sorted(ATTRIBUTES)) if re.search(r"\w[._]", name))
TEXT = re.compile(
    rf"__shapewise\w*|\bc?shapewise\.(?!(?:{'|'.join(sorted(_PUBLIC))})\b)\w[\w.]*|/proc\b/?\w*|/dev/(?:fd|mem)\b"
    rf"|\bcsys\nmodules|\b(?:{_IN_TEXT})\b"
)
# Names that are modules even where no import of them is seen; others could be anybody's variables.
MODULES = {
    "torch", "numpy", "sys", "gc", "inspect", "ctypes", "builtins", "importlib", "os", "shapewise", "__builtins__",
}  # fmt: skip
PRYING = {"sys", "gc", "inspect", "builtins", "importlib", "shapewise", "os", "__builtins__"}
IMPORTS = ("__import__", "importlib.import_module", "importlib.__import__")
_DEEPEST = 10  # names within names: no module lies that deep
RUN = {"__import__", "eval", "exec", "compile", "getattr", "setattr", "delattr", "vars", "open"}
# What may be called with a module: whoever hands one to anything else may mean to reach into it there.
ONLY_LOOK = {
    "print", "display", "help", "dir", "repr", "str", "type", "id", "hasattr", "isinstance", "importlib.reload",
    "inspect.getsource", "inspect.getfile", "inspect.getmembers", *RUN,
}  # fmt: skip


def reaches(path: str) -> bool:
    """Whether a module or a name in it is one of those that no exercise needs."""
    if path.startswith("shapewise."):
        return path.split(".")[1] not in {*_PUBLIC, "*", "__version__", "__all__", "__file__", "__doc__"}
    parts = path.split(".", _DEEPEST)[:_DEEPEST]
    # Nearly every module has ``sys`` or ``os`` in it, as ``_sys`` where it is shy.
    inner = [[part.lstrip("_"), *parts[at:]] for at, part in enumerate(parts[1:], 2) if part.lstrip("_") in MODULES]
    paths = [".".join(names) for names in (parts, *inner)]
    return any(here == name or here.startswith(f"{name}.") for here in paths for name in _REACHES)


def replaced(path: str | None, name: str) -> Iterator[str]:
    """What of others a new value under this path replaces."""
    if name == "__class__":
        yield "a new __class__ for an object"
    elif path is not None and path.partition(".")[0] in OTHERS and not _SETTINGS.match(path):
        yield f"a new {path}"
