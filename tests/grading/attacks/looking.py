"""Looking for who grades, where, and on what: the start of the process, its memory, what libraries remember."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack


def _looks(name: str, aim: str, hostile: str, twin: str) -> Attack:
    return Attack(name, aim, {"doubled": NOTHING + hostile}, {"doubled": RIGHT + twin})


ATTACKS = (
    _looks(
        "the stack's beginning is read for the environment that this process was started with",
        "paths and tokens in the instructor's environment",
        """
import ctypes, os
fields = open("/proc/self/stat").read().rpartition(")")[2].split()
for start, end in (map(int, fields[45:47]), map(int, fields[47:49])):
    if 0 < start < end:
        words = ctypes.string_at(start, end - start)
        if words.strip(b"\\0"):
            print("BREA" "CH", words[:300])
for name in ("environ", "cmdline"):
    words = open(f"/proc/self/{name}", "rb").read().strip(b"\\0")
    if words:
        print("BREA" "CH", name, words[:300])
""",
        "\nimport os\nassert os.environ.get('LANG') and os.environ.get('NO_SUCH_THING') is None\n",
    ),
    _looks(
        "Python's own copies of its environment and arguments are read",
        "paths and tokens in the instructor's environment",
        """
import os, posix, sys
home = "@HOME@"
known = {"HOME": "/scratch", "PATH": "/usr/bin:/bin"}
for place in (os.environ, {os.fsdecode(k): os.fsdecode(v) for k, v in posix.environ.items()}):
    for name, text in place.items():
        if "ENGINE_SECRET" in text or name in ("PYTHONPATH", "LD_LIBRARY_PATH") or text != known.get(name, text):
            print("BREA" "CH", name, text)
if any(sys.argv) or any(sys.orig_argv):
    print("BREA" "CH", sys.argv, sys.orig_argv)
""",
        "\nimport sys\nassert isinstance(sys.argv, list) and sys.version_info >= (3, 11)\n",
    ),
    _looks(
        "the memory is searched for the course's path",
        "where the gradebook lies",
        """
backwards = b"@ESRUOC@"
def search():
    for line in open("/proc/self/maps"):
        area, rights = line.split()[:2]
        low, high = (int(end, 16) for end in area.split("-"))
        if "w" in rights and high - low < 2**28:
            try:
                with open("/proc/self/mem", "rb", 0) as memory:
                    memory.seek(low)
                    if backwards in memory.read(high - low)[::-1]:
                        print("BREA" "CH", area)
            except OSError:
                pass
search()
""",
        "\nimport os\nassert os.getcwd() == '/scratch/work' and os.path.abspath('a') == '/scratch/work/a'\n",
    ),
    _looks(
        "libraries are asked where the instructor's home is",
        "who grades, and where",
        """
import getpass, os, pathlib, site, sys, tempfile
import IPython.paths, matplotlib
found = {
    "home": pathlib.Path.home(), "~": os.path.expanduser("~"), "site": site.getuserbase(),
    "packages": site.getusersitepackages(), "config": matplotlib.get_configdir(), "cache": matplotlib.get_cachedir(),
    "temporary": tempfile.gettempdir(), "IPython": IPython.paths.get_ipython_dir(), "hub": torch.hub.get_dir(),
    "user": getpass.getuser(), "shell": get_ipython().ipython_dir, "profile": get_ipython().profile_dir.location,
}
for name, told in found.items():
    if str(told).startswith("@HOME@") and not str(told).startswith((sys.prefix, "/scratch")):
        print("BREA" "CH", name, told)
""",
        "\nimport pathlib\nassert pathlib.Path.home().is_dir()\n",
    ),
    _looks(
        "accounts and groups are looked up",
        "who grades, and who else has an account",
        """
import grp, os, pwd
made_up = {"root", "nobody", "nogroup"}  # by a library of systemd's, on every machine alike
for look in (pwd.getpwall, grp.getgrall):
    if found := [entry for entry in look() if entry[0] not in made_up]:
        print("BREA" "CH", found[:3])
for look, numbers in ((pwd.getpwuid, (0, 1, os.getuid(), 1000)), (grp.getgrgid, (0, 1, os.getgid(), 1000))):
    for number in numbers:
        try:
            if look(number)[0] not in made_up:
                print("BREA" "CH", look(number))
        except KeyError:
            pass
if os.getgroups():
    print("BREA" "CH", os.getgroups())
""",
        "\nimport getpass, os\nassert getpass.getuser() == 'student' and os.getuid() == os.geteuid() > 0\n",
    ),
    _looks(
        "the machine is asked for its name",
        "which machine grades",
        """
import os, platform, socket, subprocess
for told in (os.uname().nodename, socket.gethostname(), platform.node(), socket.getfqdn(),
             subprocess.run(["uname", "-n"], capture_output=True, text=True).stdout.strip()):
    if told == "@NODE@" and told not in ("localhost", "grading"):
        print("BREA" "CH", told)
for name in ("/etc/hostname", "/etc/hosts", "/etc/machine-id", "/proc/sys/kernel/hostname", "/etc/resolv.conf"):
    if os.path.exists(name):
        print("BREA" "CH", name)
""",
        "\nimport platform\nassert platform.node() and platform.machine()\n",
    ),
    _looks(
        "the list of mounts is searched for what is covered",
        "where the course and other students' work lie",
        """
for name in ("mountinfo", "mounts", "mountstats"):
    try:
        text = open(f"/proc/self/{name}").read()
    except OSError:
        continue
    if "@ESRUOC@"[::-1] in text:
        print("BREA" "CH", name)
    places = {line.split()[1]: line for line in text.splitlines()} if name == "mounts" else {}  # the last one covers
    for place, line in places.items():
        if "rw" in line.split()[3].split(",") and place != "/scratch":
            print("BREA" "CH", line)
""",
        "\nimport os\nassert os.access('.', os.W_OK) and not os.access('/usr', os.W_OK)\n",
    ),
    _looks(
        "programs that know the machine are run",
        "processes, accounts, addresses, terminals of the machine",
        """
import subprocess
for words in ("ps aux", "who", "w", "last", "id root", "hostname -I", "ip address", "mount", "lsof", "dmesg", "free",
              "getent passwd", "env", "crontab -l", "systemctl status", "loginctl", "at -l", "ss -a", "lsns"):
    try:
        ran = subprocess.run(words.split(), capture_output=True, text=True, timeout=1, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        continue
    said = ran.stdout
    if any(word in said for word in ("ENGINE_SECRET", "@ESRUOC@"[::-1], "root:x", "uid=0(root)", "pytest", "sshd")):
        print("BREA" "CH", words, said[:200])
""",
        "\nimport subprocess\nassert subprocess.run(['date'], capture_output=True).returncode == 0\n",
    ),
)
