"""Speaks the shim protocol from inside a container, as told on standard input.

One command a line: NAME key=value ...; one answer a line: key=value ... An independent implementation of docs/shim-protocol.md,
on purpose: it shares no code with the router.
"""
import ipaddress
import mmap
import os
import socket
import struct
import sys

sockets = {}
state = {"next": 1, "request": 0}


def keep(thing):
    name = str(state["next"])
    state["next"] += 1
    sockets[name] = thing
    return name


def endpoint(text):
    if text in (None, "none"):
        return bytes(20)
    host, _, port = text.rpartition(":")
    address = ipaddress.ip_address(host.strip("[]"))
    return struct.pack("<BBH", address.version, 0, int(port)) + address.packed.ljust(16, b"\0")


def text(data):
    family, _, port = struct.unpack_from("<BBH", data)
    if family == 0:
        return "none"
    if family == 4:
        return "%s:%d" % (ipaddress.ip_address(data[4:8]), port)
    return "[%s]:%d" % (ipaddress.ip_address(data[4:20]), port)


def receive(n):
    data = b""
    while len(data) < n:
        part = router.recv(n - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def ask(kind, body):
    """Sends a request, returns type, body and descriptors of the answer."""
    state["request"] += 1
    router.sendall(struct.pack("<IBBBBQ", 16 + len(body), 1, kind, 0, 0, state["request"]) + body)
    return answer()


def answer():
    length, version, kind, count, _, request = struct.unpack("<IBBBBQ", receive(16))
    assert version == 1 and request == state["request"], (version, request)
    body = receive(length - 16)
    descriptors = []
    for _ in range(count):
        data, fds, flags, _ = socket.recv_fds(router, 1, 8)
        assert data == b"\0" and len(fds) == 1 and not flags & socket.MSG_CTRUNC, (data, fds, flags)
        descriptors += fds
    if count:
        assert receive(1) == b"\1", "the router has not closed its copies"
    return kind, body, descriptors


def error(kind, body):
    assert kind == 9, kind
    return {"error": struct.unpack_from("<H", body)[0]}


def open_router(path):
    global router
    router = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    router.settimeout(5)
    router.connect(path)
    return {}


def idle(path, count):
    """Opens connections that say nothing, or half of something, and keeps them."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for i in range(int(count)):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.connect(path)
        if i % 2:
            s.sendall(bytes.fromhex("18000000010100"))
        keep(s)
    return {}


def hello(low="1", high="1"):
    global table
    kind, body, fds = ask(1, struct.pack("<HHI", int(low), int(high), os.getpid()))
    if kind != 2:
        return error(kind, body)
    version, mode, _, size, instance = struct.unpack("<HBBIQ", body)
    if mode == 2:
        assert not fds
        return {"version": version, "mode": mode, "size": size, "instance": instance}
    table = mmap.mmap(fds[0], size, prot=mmap.PROT_READ)
    writable = os.access("/proc/self/fd/%d" % fds[0], os.W_OK) and bool(os.fstat(fds[0]).st_nlink)
    os.close(fds[0])
    return {"version": version, "mode": mode, "size": size, "instance": instance, "linked": writable}


def connect(destination, family="4", source="none", flags="0"):
    kind, body, fds = ask(3, struct.pack("<BBH", int(family), int(flags), 0) + endpoint(destination) + endpoint(source))
    if kind != 4:
        return error(kind, body)
    verdict, flags, reason, remember = struct.unpack_from("<BBHI", body)
    result = {"verdict": verdict, "flags": flags, "reason": reason, "remember": remember,
              "connect": text(body[8:28]), "self": text(body[28:48]), "fds": len(fds)}
    if fds:
        result["socket"] = keep(socket.socket(fileno=fds[0]))
    return result


def queue(family="4", most="4"):
    """Turns the connection into a queue of host sockets."""
    kind, body, fds = ask(10, struct.pack("<BBH", int(family), 0, int(most)))
    if kind != 11:
        return error(kind, body)
    assert not body and not fds
    return {"queue": "open"}


def take(count="1"):
    """Takes sockets from the queue, and credits them; skips the bytes that carry none."""
    taken = []
    while len(taken) < int(count):
        data, fds, flags, _ = socket.recv_fds(router, 1, 8)
        if not data:
            raise EOFError
        assert (data, len(fds)) in ((b"\0", 1), (b"\1", 0)), (data, fds)
        taken += [keep(socket.socket(fileno=fd)) for fd in fds]
    router.sendall(bytes([len(taken)]))
    return {"sockets": ",".join(taken)}


def take_in_vain(count):
    """Takes all sockets from a queue that has ended: so many."""
    data, taken = router.recv(1), 0
    while data:
        taken += data == b"\0"
        data = router.recv(1)
    assert taken == int(count), taken
    try:
        router.sendall(b"\1")
    except BrokenPipeError:
        return {}
    raise AssertionError("a credit was taken")


def queued():
    """How many bytes wait in the queue."""
    import fcntl
    import termios
    return {"bytes": struct.unpack("i", fcntl.ioctl(router, termios.FIONREAD, bytes(4)))[0]}


def listen(endpoint_, family="4", flags="0", cookie="1", backlog="16"):
    kind, body, fds = ask(5, struct.pack("<BBHI", int(family), int(flags), 0, int(backlog)) + endpoint(endpoint_)
                          + struct.pack("<IQ", 0, int(cookie)))
    if kind != 6:
        return error(kind, body)
    verdict, _, reason, remember, listener = struct.unpack_from("<BBHIQ", body)
    result = {"verdict": verdict, "reason": reason, "id": listener, "shadow": text(body[16:36]), "fds": len(fds)}
    if fds:
        shadow = socket.socket(fileno=fds[0])
        lease = socket.socket(fileno=fds[1])
        packet = lease.recv(512, socket.MSG_PEEK)
        magic, version, _, number, original, own = struct.unpack_from("<IHHQQQ", packet)
        assert magic == 0x4C4D4C53 and version == 1 and len(packet) == 64, packet
        assert own == struct.unpack("<Q", shadow.getsockopt(socket.SOL_SOCKET, 57, 8))[0]
        result.update(confined=packet[53], leaseport=struct.unpack_from("<H", packet, 54)[0])
        result.update(leaseid=number, leasecookie=original, leaseendpoint=text(packet[32:52]), leasefamily=packet[52])
        result.update(socket=keep(shadow), lease=keep(lease))
    return result


def original(port):
    """The application's own socket, which listens; tells its cookie."""
    s = socket.create_server(("0.0.0.0", int(port)))
    keep(s)
    return {"cookie": struct.unpack("<Q", s.getsockopt(socket.SOL_SOCKET, 57, 8))[0]}


def start_listening(socket_, backlog="16"):
    sockets[socket_].listen(int(backlog))
    return {}


def signal(lease, kind):
    sockets[lease].send(struct.pack("<BBBBI", int(kind), 0, 0, 0, os.getpid()))
    return {}


def raw_lease(lease, data):
    sockets[lease].send(bytes.fromhex(data))
    return {}


def dial(socket_, to):
    host, _, port = to.rpartition(":")
    s = sockets[socket_]
    s.settimeout(5)
    address = host.strip("[]")
    if s.family == socket.AF_INET6 and ":" not in address:
        address = "::ffff:" + address
    s.connect((address, int(port)))
    return {"local": "%s:%d" % s.getsockname()[:2]}


def accept(socket_):
    s = sockets[socket_]
    s.settimeout(5)
    connection, peer = s.accept()
    name, local = look_up(peer[0], peer[1], connection.getsockname()[1])
    return {"socket": keep(connection), "peer": "%s:%d" % peer[:2], "name": name, "local": local}


def accept_confined(socket_):
    """The kernel has the names."""
    s = sockets[socket_]
    s.settimeout(5)
    connection, peer = s.accept()
    return {"socket": keep(connection), "peer": "%s:%d" % peer[:2], "local": "%s:%d" % connection.getsockname()[:2]}


def look_up(host, port, shadow_port):
    address = ipaddress.ip_address(host)
    mapped = address.packed if address.version == 6 else b"\0" * 10 + b"\xff\xff" + address.packed
    key = mapped + struct.pack("<HH", port, shadow_port)
    hashed = 2166136261
    for byte in key:
        hashed = ((hashed ^ byte) * 16777619) & 0xFFFFFFFF
    magic, version, size, sets, ways = struct.unpack_from("<IHHII", table)
    assert (magic, version, size) == (0x54504C53, 1, 64) and ways <= 64
    for way in range(ways):
        at = 64 + ((hashed & (sets - 1)) * ways + way) * size
        if struct.unpack_from("<I", table, at)[0] % 2 == 0 and table[at + 8:at + 28] == key:
            return short(table[at + 32:at + 48]), short(table[at + 48:at + 64])
    return "unknown", "unknown"


def short(packed):
    address = ipaddress.IPv6Address(packed)
    return address.ipv4_mapped or address


def send(socket_, data):
    sockets[socket_].sendall(data.encode())
    return {}


def read(socket_):
    sockets[socket_].settimeout(5)
    data = sockets[socket_].recv(4096)
    return {"data": data.decode() or "eof"}


def close(socket_):
    sockets.pop(socket_).close()
    return {}


def close_router():
    router.close()
    return {}


def raw(data):
    """Sends bytes and tells what comes back; eof if the router hangs up."""
    try:
        router.sendall(bytes.fromhex(data))
        got = router.recv(512)
    except (BrokenPipeError, ConnectionResetError):
        got = b""
    return {"got": got.hex() or "eof"}


def probe(destination, count="1000"):
    """Connects again and again; tells the median of asking, and of asking and connecting, in microseconds."""
    import time
    asks, wholes = [], []
    for _ in range(int(count)):
        start = time.perf_counter()
        kind, body, fds = ask(3, struct.pack("<BBH", 4, 0, 0) + endpoint(destination) + endpoint("none"))
        asked = time.perf_counter()
        s = socket.socket(fileno=fds[0])
        host, _, port = text(body[8:28]).rpartition(":")
        s.connect((host, int(port)))
        done = time.perf_counter()
        s.close()
        asks.append(asked - start)
        wholes.append(done - start)
    return {"ask": int(sorted(asks)[len(asks) // 2] * 1e6), "whole": int(sorted(wholes)[len(wholes) // 2] * 1e6),
            "ask99": int(sorted(asks)[len(asks) * 99 // 100] * 1e6)}


def drain(socket_):
    """Accepts in the background for ever."""
    import threading

    def run():
        s = sockets[socket_]
        s.settimeout(None)
        while True:
            s.accept()[0].close()
    threading.Thread(target=run, daemon=True).start()
    return {}


commands = {"open": open_router, "start": start_listening}
for line in sys.stdin:
    name, *pairs = line.split()
    arguments = dict(pair.split("=", 1) for pair in pairs)
    for clash in ("socket", "endpoint"):
        if clash in arguments:
            arguments[clash + "_"] = arguments.pop(clash)
    try:
        result = commands.get(name, globals().get(name))(**arguments)
    except Exception as failure:
        result = {"failure": repr(failure).replace(" ", "_")}
    print(" ".join("%s=%s" % item for item in result.items()), flush=True)
