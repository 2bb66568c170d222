"""A process that does with sockets what it is told to, line by line: KEY=VALUE words after the command, one answer of the same kind.

    take pid=PID fd=FD          gets a socket of that process and becomes its owner; answers socket=NUMBER
    make family=4|6             makes one of its own
    connect s= host= port= [family=4|6] [wait=SECONDS]      AF_UNSPEC: host=unspec
    bind, listen s= [backlog=], accept s=, close s=
    cookie s=                   SO_COOKIE
    name s=, peer s=            getsockname, getpeername: host=, port=
    set s= level= name= value=|hex=   get s= level= name=
    fastopen s= host= port=     sendto with MSG_FASTOPEN
    send s= text=, receive s=
    stamp s=                    asks for a time stamp by control message; answers how many bytes of the packet came with it
    packet source= sport= target= dport= flags= seq= ack= options=HEX   a raw TCP packet; needs root
    syn source= sport= target= dport= seq= options=HEX   a raw SYN; answers the number that came back in the SYN-ACK: seq=; needs root
    sysctl name= value=         writes to /proc/sys of its network namespace; needs root
    mute host= port=            a listener that hears nothing, so that the kernel does not reset what comes back to that port; needs root

It works without privileges (uid 65534, no capabilities) except after "root". Every answer has errno=, 0 if it went well.
"""

import ctypes
import errno
import os
import select
import socket
import struct
import sys

NOBODY = 65534
PIDFD_GETFD = 438
MSG_FASTOPEN = 0x20000000

sockets = {}
privileged = False
libc = ctypes.CDLL(None, use_errno=True)


def rise():
    os.seteuid(0)


def sink():
    if not privileged:
        os.seteuid(NOBODY)


def keep(sock):
    sockets[sock.fileno()] = sock
    return {"socket": sock.fileno()}


def address(sock, host, port):
    port = int(port)
    return (host, port, 0, 0) if sock.family == socket.AF_INET6 else (host, port)


def shown(name):
    return {"host": name[0], "port": name[1]}


def of(words):
    return sockets[int(words["s"])]


def take(words):
    rise()
    try:
        process = os.pidfd_open(int(words["pid"]))
        fd = libc.syscall(PIDFD_GETFD, process, int(words["fd"]), 0)
        error = ctypes.get_errno()
        os.close(process)
        if fd < 0:
            raise OSError(error, os.strerror(error))
        return keep(socket.socket(fileno=fd))
    finally:
        sink()


def make(words):
    return keep(socket.socket(socket.AF_INET6 if words.get("family") == "6" else socket.AF_INET))


def connect(words):
    sock = of(words)
    if words["host"] == "unspec":
        if libc.connect(sock.fileno(), struct.pack("=H14x", socket.AF_UNSPEC), 16) < 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
        return {}
    sock.settimeout(float(words.get("wait", "5")))
    try:
        sock.connect(address(sock, words["host"], words["port"]))
    finally:
        sock.settimeout(None)
    return {}


def bind(words):
    sock = of(words)
    sock.bind(address(sock, words["host"], words["port"]))
    return {}


def listen(words):
    of(words).listen(int(words.get("backlog", "8")))
    return {}


def accept(words):
    sock = of(words)
    sock.settimeout(float(words.get("wait", "5")))
    try:
        child, name = sock.accept()
    finally:
        sock.settimeout(None)
    child.settimeout(None)
    return {**keep(child), **shown(name)}


def close(words):
    sockets.pop(int(words["s"])).close()
    return {}


def name(words):
    return shown(of(words).getsockname())


def peer(words):
    return shown(of(words).getpeername())


def cookie(words):
    return {"cookie": struct.unpack("=Q", of(words).getsockopt(socket.SOL_SOCKET, 57, 8))[0]}


def set_option(words):
    value = bytes.fromhex(words["hex"]) if "hex" in words else int(words["value"])
    of(words).setsockopt(int(words["level"]), int(words["name"]), value)
    return {}


def get_option(words):
    return {"hex": of(words).getsockopt(int(words["level"]), int(words["name"]), int(words.get("length", "128"))).hex() or "-"}


def fastopen(words):
    sock = of(words)
    sock.setblocking(True)
    sock.sendto(b"x", MSG_FASTOPEN, address(sock, words["host"], words["port"]))
    return {}


def send(words):
    of(words).sendall(words["text"].encode())
    return {}


def receive(words):
    sock = of(words)
    sock.settimeout(float(words.get("wait", "5")))
    data = sock.recv(4096)
    sock.settimeout(None)
    return {"text": data.decode() or "-"}


def stamp(words):
    sock = of(words)
    software_sent = struct.pack("=I", 1 << 1)
    sock.sendmsg([b"x"], [(socket.SOL_SOCKET, 37, software_sent)])
    poll = select.poll()
    poll.register(sock, 0)
    if not poll.poll(2000):
        raise OSError(errno.ETIME, "no time stamp")
    data, _, _, _ = sock.recvmsg(2048, 1024, socket.MSG_ERRQUEUE)
    return {"bytes": len(data)}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(words):
    source, target = socket.inet_aton(words["source"]), socket.inet_aton(words["target"])
    options = bytes.fromhex(words.get("options", ""))
    head = struct.pack("!HHIIBBHHH", int(words["sport"]), int(words["dport"]), int(words["seq"]), int(words.get("ack", "0")),
                       (20 + len(options)) // 4 << 4, int(words["flags"]), 65535, 0, 0) + options
    check = checksum(source + target + struct.pack("!BBH", 0, 6, len(head)) + head)
    head = head[:16] + struct.pack("!H", check) + head[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(head), 1, 0, 64, 6, 0, source, target)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(ip + head, (words["target"], 0))
    return {}


def syn(words):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as ear:
        ear.settimeout(float(words.get("wait", "1")))
        packet({**words, "flags": "2"})
        while True:
            data = ear.recv(2048)
            head = data[(data[0] & 15) * 4:]
            sport, dport, seq, ack = struct.unpack("!HHII", head[:12])
            expected = (int(words["dport"]), int(words["sport"]), int(words["seq"]) + 1 & 0xFFFFFFFF)
            if head[13] & 0x12 == 0x12 and (sport, dport, ack) == expected:
                return {"seq": seq}


def mute(words):
    sock = socket.socket()
    keep(sock)
    program = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0))
    sock.setsockopt(socket.SOL_SOCKET, 26, struct.pack("=HxxxxxxQ", 1, ctypes.addressof(program)))
    sock.bind((words["host"], int(words["port"])))
    sock.listen()
    return {"socket": sock.fileno(), "port": sock.getsockname()[1]}


def sysctl(words):
    with open("/proc/sys/" + words["name"], "w") as file:
        file.write(words["value"])
    return {}


def root(_):
    global privileged
    privileged = True
    rise()
    return {}


COMMANDS = {"take": take, "make": make, "connect": connect, "bind": bind, "listen": listen, "accept": accept, "close": close, "name": name,
            "peer": peer, "cookie": cookie, "set": set_option, "get": get_option, "fastopen": fastopen, "send": send, "receive": receive, "stamp": stamp,
            "packet": packet, "syn": syn, "mute": mute, "sysctl": sysctl, "root": root}


def main():
    sink()
    for line in sys.stdin:
        command, *rest = line.split()
        words = dict(word.split("=", 1) for word in rest)
        try:
            answer = {"errno": 0, **COMMANDS[command](words)}
        except socket.timeout:
            answer = {"errno": errno.ETIMEDOUT}
        except OSError as e:
            answer = {"errno": e.errno or -1}
        print(" ".join(f"{key}={value}" for key, value in answer.items()), flush=True)


main()
