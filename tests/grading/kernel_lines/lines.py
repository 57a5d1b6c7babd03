"""The lines, in groups that run one after the other in one kernel, and why the engine does something else where it does.

A group's order matters: a later line may use what an earlier one made.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GROUPS", "Line"]


@dataclass(frozen=True)
class Line:
    """One cell. ``why`` says, where a kernel does something else with it than the engine, what, and for what reason."""

    code: str
    why: str = ""


_TIMES = "only the times differ"
_NO_NETWORK = "A grader has no network. pip knows what is installed, and says at once what it cannot get."
_STILL = "No window and no browser looks on while a notebook is graded: what wants one draws into the notebook instead."

MAGICS = [
    "%pwd", "%ls", "%mkdir made", "%cd made", "%cd -q ..", "%pushd made", "%popd", "%dirs", "%bookmark here", "%bookmark -l",
    "%rehashx", "%alias shout echo", "%shout loud", "%unalias shout", "%env USER_OF_THIS=me", "%env USER_OF_THIS",
    "%set_env A_NAME=value", "%who", "kept = 3\n%store kept", "%store", "%store -d kept", "%whos int", "%who_ls",
    "%precision 2", "3.14159", "%precision", "%xmode Minimal", "%pdb off", "%automagic", "%autocall 0", "%colors nocolor",
    "%config InlineBackend.figure_format='retina'", "%config InlineBackend.figure_formats", "%matplotlib inline",
    "%load_ext autoreload", "%autoreload 2", "%reload_ext autoreload", "%unload_ext autoreload", "%load_ext nosuchthing",
    "%gui", "%autosave 60", "%clear", "%lsmagic;", "%nosuchmagic", "%%nosuchmagic\n1", "%pinfo len", "%pdoc len",
    "len?", "?len", "str.upper??", "%psearch a*", "%time sum(range(10))", "%%time\ntimed = 3", "timed",
    "%timeit -n 1 -r 1 sum(range(10))", "%%timeit -n 1 -r 1\nsum(range(10))", "%prun -q sum(range(10))",
    "%%capture caught\nprint('in it')", "caught.stdout", "%%capture --no-stderr\nprint('gone')", "caught()",
    "%%writefile mine.py\nprint('mine is', __name__)\nvalue = 5", "%%writefile -a mine.py\nmore = 6",
    "import mine\nmine.value + mine.more", "%run mine.py", "value", "%run -i mine.py", "%run nothere.py", "%pycat mine.py",
    "%load mine.py", "%less mine.py", "%more mine.py", "%man ls", "%%file other.py\nraise ValueError('in a file')",
    "%run other.py", "%%html\n<b>x</b>", "%%latex\n$x$", "%%javascript\nalert(1)", "%%js\n1", "%%svg\n<svg/>",
    "%%markdown\n# x", "%%python\nprint('a child')", "%%python3 --out heard\nprint('a child')", "heard", "%%sh\necho hello",
    "%%bash\necho out\necho err >&2", "%%bash\nexit 3", "%%script cat\nread me", "%%perl -e 1\n", "%system echo hi",
    "%sx echo hi", "%sc -l heard=echo hi", "!echo hi", "!!echo hi", "!echo out; echo err >&2", "!exit 2", "_exit_code",
    "said = !echo hi\nsaid", "said.n, said.l", "name = 'x'\n!echo {name} $name $$HOME | head -c 3", "!nosuchcommand", "!cat",
    "if True:\n    !echo indented", "%history -l 1", "%macro once 1", "%recall 1", "%rep nothing", "%notebook out.ipynb",
    "%save -f saved.py 1", "%logstate", "%quickref", "%profile", "%magic", "%page name", "%pprint", "%reset_selective -f kept",
    "%xdel name", "%tb", "%alias_magic t timeit", "%%!\necho hi", "%%cmdnotthere\n", "%edit -x mine.py", "%subshell",
    "%connect_info", "%killbgscripts", "%%bash --bg\nsleep 0", "%pylab --no-import-all inline", "%code_wrap --list",
]  # fmt: skip
SHELL = [
    "!ls", "!pwd", "!mkdir -p a/b", "!python -c 'print(6 * 7)'", "!pip --version | cut -c1-3", "!which python | wc -l",
    "!pip install numpy | cut -c1-30", "%pip --version", "%pip install torch -q",
]  # fmt: skip
STREAMS = [
    "import sys, os, io, subprocess", "print('a', 'b', sep='-', end='!')", "print('to stderr', file=sys.stderr)",
    "sys.stdout.write('written')", "sys.stdout.flush()", "sys.stdout.writelines(['a\\n', 'b\\n'])", "sys.stdout.isatty()",
    "sys.stdout.encoding", "sys.stdout.name, sys.stdout.errors", "sys.stdout.buffer.write(b'x')", "sys.stdout.write(b'x')",
    "type(sys.stdout.fileno())", "print(1, flush=True)", "print('one\\rtwo')", "sys.stdin.readline()", "input('Name? ')",
    "import getpass\ngetpass.getpass()", "os.system('echo from a child')", "os.system('echo wrong >&2')",
    "subprocess.run(['echo', 'run'])", "subprocess.run(['echo', 'piped'], stdout=sys.stdout)",
    "subprocess.run(['echo', 'caught'], capture_output=True, text=True).stdout", "subprocess.check_output('echo x', shell=True)",
    "subprocess.check_call(['false'])", "subprocess.Popen(['echo', 'popen'], stderr=sys.stderr).wait()",
    "os.popen('echo popen').read()", "import faulthandler\nfaulthandler.enable()", "os.get_terminal_size()",
    "import shutil\nshutil.get_terminal_size().columns", "import contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as f:\n    print('held')\nf.getvalue()",
    "saved, sys.stdout = sys.stdout, io.StringIO()", "print('into the buffer')", "buffer, sys.stdout = sys.stdout, saved\nbuffer.getvalue()",
    "import logging\nlogging.warning('careful')", "logging.getLogger('x').error('wrong')", "logging.getLogger('y').info('quiet')",
    "import warnings\nwarnings.warn('mind this')", "warnings.simplefilter('ignore')\nwarnings.warn('unheard')",
    "import pprint\npprint.pprint({'a': [1, 2]})", "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc(limit=0)",
    "1 / 0", "raise KeyError('missing')", "def broken(:\n    pass", "  indented = 1", "if True:\nx = 1", "assert 1 == 2, 'not equal'",
    "raise SystemExit", "sys.exit()", "sys.exit('a reason')", "breakpoint()", "import pdb; pdb.set_trace()", "raise KeyboardInterrupt",
    "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad", "import this as _zen; None", "help(len)",
    "import argparse\nargparse.ArgumentParser().parse_args([])", "import time\ntime.sleep(0.01)",
    "for i in range(3):\n    print(i, end=' ')\nprint()", "sys.stdout.closed, sys.stdout.writable(), sys.stdout.readable()",
]  # fmt: skip
SHOWN = [
    "from IPython.display import HTML, Image, JSON, Latex, Markdown, SVG, Audio, Video, clear_output, display, update_display",
    "display(1, 2)", "display(Markdown('# x'))", "HTML('<b>x</b>')", "Latex('x')", "JSON({'a': 1})", "1\n2", "1;", "None", "'text'",
    "x = 5\nx", "_", "__", "Out[1] if 1 in Out else 'none'", "isinstance(In[-1], str)", "_i", "print('gone')\nclear_output()",
    "print('gone')\nclear_output(wait=True)\nprint('stays')", "print('stays')\nclear_output(wait=True)",
    "handle = display('first', display_id='d')\nhandle.update('second')", "update_display('nobody', display_id='none')",
    "display({'text/plain': 'raw'}, raw=True)", "class Mine:\n    def _repr_html_(self): return '<i>x</i>'\n    def __repr__(self): return 'Mine'\nMine()",
    "class Own:\n    def _ipython_display_(self): print('own')\nOwn()", "class Odd:\n    def __repr__(self): raise ValueError('odd')\nOdd()",
    "{'b': [1, 2], 'a': (3,)}", "list(range(100))[:3]", "import ipywidgets\nipywidgets.IntSlider()", "ipywidgets.interact(lambda n: n, n=3);",
    "out = ipywidgets.Output()\nwith out:\n    pass\nout",
    "import matplotlib.pyplot as plt\nimport matplotlib", "plt.plot([1, 2]);", "plt.plot([1, 2])\nplt.show()", "fig, ax = plt.subplots()\nax.plot([3])\nplt.close()",
    "fig", "plt.figure()\nplt.savefig('figure.png')\nplt.close('all')", "Image('figure.png')", "import os\nos.path.getsize('figure.png') > 100",
    "plt.style.use('ggplot')", "with plt.style.context('dark_background'):\n    plt.plot([1])\n    plt.show()", "plt.rcParams['font.size'] = 12",
    "plt.rcParams.update({'figure.dpi': 50})", "matplotlib.get_backend()", "plt.title('a $\\\\alpha$')\nplt.show()", "plt.ion(), plt.isinteractive()",
    "plt.ioff();", "import matplotlib.animation as animation", "plt.get_cmap('viridis').name", "plt.pause(0.01)",
    "matplotlib.use('Agg')", "matplotlib.use('module://matplotlib_inline.backend_inline')",
]  # fmt: skip
PYTHON = [
    "import asyncio\nasync def later():\n    await asyncio.sleep(0.01)\n    return 7", "await later()", "task = asyncio.create_task(later())", "import time; time.sleep(0.1)",
    "task.result()", "await asyncio.gather(later(), later())", "asyncio.get_running_loop().is_running()", "asyncio.get_event_loop().is_running()",
    "asyncio.ensure_future(later()) is not None", "asyncio.run(later())", "async for x in nothing:\n    pass", "[i async for i in nothing]",
    "async with asyncio.timeout(1):\n    print('in time')", "import asyncio.subprocess\nprocess = await asyncio.create_subprocess_shell('echo async')\nawait process.wait()",
    "import threading\nthread = threading.Thread(target=print, args=('in a thread',))\nthread.start()\nthread.join()", "threading.current_thread() is threading.main_thread()",
    "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-1, 2])))",
    "import multiprocessing\ncontext = multiprocessing.get_context('fork')\ndef work(n):\n    print('child', n)\n    return n * n",
    "process = context.Process(target=work, args=(1,))\nprocess.start()\nprocess.join()\nprocess.exitcode", "with context.Pool(2) as pool:\n    print(pool.map(abs, [1, -2]))",
    "with ProcessPoolExecutor(1, mp_context=context) as pool:\n    print(pool.submit(abs, -3).result())", "queue = context.Queue()\nqueue.put(1)\nqueue.get()",
    "shared = context.Value('i', 3)\nshared.value", "from multiprocessing import shared_memory\nmemory = shared_memory.SharedMemory(create=True, size=10)\nmemory.close()\nmemory.unlink()",
    "import os, sys, signal", "pid = os.fork()\nif pid == 0:\n    os._exit(3)\nos.waitpid(pid, 0)[1] >> 8", "signal.signal(signal.SIGUSR1, lambda *_: print('signalled'))\nos.kill(os.getpid(), signal.SIGUSR1)",
    "signal.getsignal(signal.SIGINT) is not None", "__name__", "__file__", "'__builtins__' in globals()", "globals()['made'] = 1\nmade", "del made\nmade",
    "import __main__\n__main__.__name__, hasattr(__main__, 'work')", "import pickle\nclass Point:\n    x = 1\npickle.loads(pickle.dumps(Point())).x",
    "import inspect\nprint(inspect.getsource(work))", "inspect.signature(work)", "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    a: int\n    b: int = 2\nPair(1)",
    "from typing import Optional\ndef typed(x: Optional[int] = None) -> int: ...\ntyped.__annotations__", "import pathlib\npathlib.Path('notes.txt').write_text('x')\npathlib.Path('notes.txt').read_text()",
    "pathlib.Path.home().is_dir()", "os.path.expanduser('~') == os.environ['HOME']", "os.environ['NOT_THERE']", "os.environ['MINE'] = '1'\nos.environ['MINE']", "os.environ.get('MPLBACKEND')",
    "os.getcwd() == str(pathlib.Path.cwd())", "import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n    print(os.path.isdir(folder))", "tempfile.NamedTemporaryFile().write(b'x')",
    "getattr(get_ipython(), 'kernel').shell is get_ipython()", "get_ipython().__class__.__name__", "'IPKernelApp' in get_ipython().config", "type(get_ipython()).__module__",
    "get_ipython().run_line_magic('pwd', '') == os.getcwd()", "get_ipython().system('echo via the shell')", "get_ipython().getoutput('echo heard')", "get_ipython().user_ns['__name__']",
    "get_ipython().events.register('post_run_cell', lambda result: None)", "get_ipython().set_next_input('x = 1')", "get_ipython().run_cell('inner = 4')\ninner", "get_ipython().ast_node_interactivity",
    "from IPython.core.magic import register_line_magic\n@register_line_magic\ndef double(line):\n    return line * 2", "%double ab", "from IPython import get_ipython as again\nagain() is get_ipython()",
    "from IPython.utils import io as ipython_io\nwith ipython_io.capture_output() as captured:\n    print('x')\ncaptured.stdout", "os.path.isdir(get_ipython().ipython_dir)", "get_ipython().db['mine'] = 1\nget_ipython().db['mine']",
    "import webbrowser\nimport locale\nlocale.setlocale(locale.LC_ALL, '')", "import gc; gc.collect() >= 0", "import resource\nresource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0", "len(sys.argv) > 0, sys.argv[0].endswith('ipykernel_launcher.py')",
    "'' in sys.path", "sys.path.append('.')\nlen(sys.path) > 1", "sys.setrecursionlimit(5000)", "def deep(n):\n    return n and deep(n - 1)\ndeep(10**5)", "import importlib\nimportlib.reload(json) if 'json' in dir() else 'no'",
    "import platform\nplatform.python_implementation()", "import uuid\nlen(str(uuid.uuid4()))", "import sqlite3\nsqlite3.connect(':memory:').execute('select 1').fetchone()", "import zoneinfo\nzoneinfo.ZoneInfo('UTC').key",
    "import getpass\nisinstance(getpass.getuser(), str)", "import pwd\nisinstance(pwd.getpwuid(os.getuid()).pw_name, str)", "import socket\nisinstance(socket.gethostname(), str)", "socket.gethostbyname('localhost')",
    "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 1)\nunittest.main(argv=[''], exit=False).result.wasSuccessful()", "import doctest\ndoctest.testmod()",
    "from functools import lru_cache\n@lru_cache\ndef cached(n): return n\ncached(1), cached.cache_info().misses", "x: int = 3\n__annotations__['x'].__name__", "print(f'{x=}')", "match x:\n    case 3: print('three')",
    "(walrus := 5)", "exec('y = 2')\ny", "eval('y + 1')", "compile('1', 'a', 'eval').co_filename", "import ctypes\nctypes.sizeof(ctypes.c_int)", "try:\n    raise ExceptionGroup('two', [ValueError(1)])\nexcept* ValueError:\n    print('caught')",
]  # fmt: skip
TORCH = [
    "import torch, numpy as np, os", "torch.manual_seed(0)\ntorch.rand(2)", "np.random.seed(0)\nnp.random.rand()", "np.random.default_rng(0).integers(10)", "import random\nrandom.seed(0)\nrandom.random()",
    "torch.set_default_dtype(torch.float64)\ntorch.ones(1).dtype", "torch.set_default_dtype(torch.float32)", "torch.set_num_threads(2)", "torch.set_printoptions(precision=2)\ntorch.tensor([1.23456])",
    "torch.cuda.is_available()", "torch.device('cuda' if torch.cuda.is_available() else 'cpu')", "from torch.utils.data import DataLoader, TensorDataset\nloader = DataLoader(TensorDataset(torch.arange(4.0)), batch_size=2)\nlen(list(loader))",
    "loader = DataLoader(TensorDataset(torch.arange(4.0)), batch_size=2, num_workers=2)\n[batch[0].tolist() for batch in loader]", "torch.save({'a': torch.ones(1)}, 'a.pt')\ntorch.load('a.pt')", "np.save('a.npy', np.arange(3))\nnp.load('a.npy', mmap_mode='r')",
    "model = torch.nn.Linear(2, 1)\nmodel", "loss = model(torch.ones(1, 2)).sum()\nloss.backward()\nmodel.bias.grad", "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\noptimizer.step()", "with torch.no_grad():\n    print(model(torch.ones(1, 2)).requires_grad)",
    "torch.zeros(2, 3) @ torch.zeros(2, 3)", "torch.autograd.set_detect_anomaly(False)", "torch.jit.trace(lambda x: x * 2, torch.ones(1))(torch.ones(1))", "@torch.jit.script\ndef scripted(x):\n    return x * 2\nscripted(torch.ones(1))",
    "@torch.compile\ndef compiled(x):\n    return x * 2\ncompiled(torch.ones(1))", "torch.compile(model, backend='eager')(torch.ones(1, 2)).shape", "torch.compile(lambda x: x + 1, mode='reduce-overhead', fullgraph=True)(torch.ones(1))",
    "from torch.profiler import profile\nwith profile() as run:\n    torch.ones(1)\nlen(run.events()) > 0", "torch.func.vmap(torch.sin)(torch.zeros(2))", "torch.get_num_threads() > 0", "torch.hub.get_dir() != ''", "torch.__version__[0]",
    "np.set_printoptions(precision=2)\nnp.array([1.23456])", "np.seterr(all='ignore')\nnp.log(0)", "np.errstate(divide='warn')", "torch.multiprocessing.get_start_method(allow_none=True)",
]  # fmt: skip

_WHY: dict[str, str] = {}


def _group(codes: list[str]) -> list[Line]:
    return [Line(code, _WHY.get(code, "")) for code in codes]


GROUPS = {
    "magics": _group([*MAGICS, *SHELL]),
    "streams": _group([*STREAMS, *SHOWN]),
    "python": _group([*PYTHON, *TORCH]),
    "windows": _group([
        "import matplotlib, matplotlib.pyplot as plt", "%matplotlib widget", "%matplotlib qt", "%matplotlib notebook", "%matplotlib tk", "matplotlib.use('TkAgg')", "matplotlib.use('QtAgg')", "matplotlib.use('nosuch')",
        "plt.switch_backend('WebAgg')", "plt.plot([1, 2])\nplt.show()",
    ]),
    "network": _group([
        "import urllib.request\nurllib.request.urlopen('http://example.invalid', timeout=5)", "import socket\nsocket.create_connection(('example.invalid', 80), timeout=5)", "!pip install -q nosuchpackage-of-shapewise | head -0",
        "!ping -c 1 example.invalid | head -0", "!curl -s http://example.invalid", "!git clone -q http://example.invalid/x.git",
    ]),
    "the end": _group(["before = 1", "exit()", "before"]),
    "the end, quit": _group(["before = 1", "quit()", "before"]),
}  # fmt: skip
