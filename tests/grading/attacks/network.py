"""Reaching another machine, or another process of this one, over any kind of socket."""

from tests.grading.attacks.attack import NOTHING, RIGHT, Attack

ATTACKS = (
    Attack(
        "an answer is fetched over TCP",
        "a server on this machine or beyond",
        {"doubled": """
import socket, urllib.request
def doubled(x):
    for host in ("127.0.0.1", "localhost", "::1", "10.0.0.1", "169.254.169.254"):
        try:
            socket.create_connection((host, @PORT@), timeout=0.3).send(b"give me the answer")
            raise RuntimeError("BREA" "CH", host)
        except OSError:
            pass
    return x
try:
    print("BREA" "CH", urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=0.3).read())
except OSError:
    pass
"""},
        {"doubled": """
import asyncio
async def later(x):
    await asyncio.sleep(0.01)
    return x * 2
def doubled(x):
    return asyncio.new_event_loop().run_until_complete(later(x))
"""},
    ),
    Attack(
        "inputs are sent away over UDP, and names looked up",
        "whoever listens",
        {"doubled": """
import socket
def doubled(x):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as letter:
        for host in ("127.0.0.1", "255.255.255.255", "224.0.0.1"):
            try:
                letter.sendto(str(x.tolist()).encode(), (host, @PORT@))
                raise RuntimeError("BREA" "CH", host)
            except OSError:
                pass
    try:
        raise RuntimeError("BREA" "CH", socket.getaddrinfo("example.org", 80))
    except OSError:
        pass
    return x
"""},
        {"doubled": """
import socket
def doubled(x):
    assert socket.gethostname() is not None
    here, there = socket.socketpair(type=socket.SOCK_DGRAM)
    with here, there:
        here.send(b"2")
        return x * int(there.recv(1))
"""},
    ),
    Attack(
        "sockets of the file system and of the abstract name space are called",
        "other processes of this machine",
        {"doubled": NOTHING + """
import socket
for address in ("@COURSE@/door", "\\0@ABSTRACT@", "/run/docker.sock", "/var/run/dbus/system_bus_socket"):
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(address)
            print("BREA" "CH", address)
        except OSError:
            pass
"""},
        {"doubled": RIGHT + """
import socket, os
with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
    server.bind("mine.sock")
    server.listen()
    client.connect("mine.sock")
"""},
    ),
    Attack(
        "raw, packet, netlink, vsock and other rare sockets are opened",
        "the kernel",
        {"doubled": NOTHING + """
import socket
for family in range(0, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        for protocol in (0, 1, 255):
            try:
                made = socket.socket(family, kind, protocol)
            except (OSError, ValueError, OverflowError):
                continue
            made.close()
            if family not in (1, 2, 10) or (kind == socket.SOCK_RAW and family != 1):  # 1: AF_UNIX knows no raw ones
                print("BREA" "CH", family, kind, protocol)
"""},
        {"doubled": RIGHT + """
import selectors, socket
with selectors.DefaultSelector() as selector:
    here, there = socket.socketpair()
    with here, there:
        selector.register(there, selectors.EVENT_READ)
        here.send(b"x")
        assert selector.select(timeout=1)
"""},
    ),
)
