"""ADDRESS PORT [hold]: connects again and again, and writes a line for each attempt: when it began (milliseconds since 1970)
and what became of it: host or overlay (which way, seen from the segment size of the way's first device), failed, or wrong with
the names that do not agree. With hold, one connection is made and used until it ends; two lines tell of it."""
import socket
import struct
import sys
import time

PAUSE = 0.02
PATIENCE = 3
LARGEST_OVERLAY_SEGMENT = 1400
SEGMENT_SIZE = 16  # tcpi_snd_mss in struct tcp_info
ADDRESS = (sys.argv[1], int(sys.argv[2]))
FAMILY = socket.AF_INET6 if ":" in ADDRESS[0] else socket.AF_INET


def text(address):
    return f"{address[0].removeprefix('::ffff:')} {address[1]}"


def way(s):
    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    return "host" if struct.unpack_from("I", info, SEGMENT_SIZE)[0] > LARGEST_OVERLAY_SEGMENT else "overlay"


def greeted(s):
    s.connect(ADDRESS)
    heard = b""
    while not heard.endswith(b"\n"):
        part = s.recv(256)
        if not part:
            return "wrong: no greeting"
        heard += part
    expected = f"{text(s.getsockname())} {text(s.getpeername())}"
    if heard.decode().strip() != expected or s.getpeername()[:2] != ADDRESS:
        return f"wrong: {heard.decode().strip()} is not {expected}"
    return way(s)


def attempt():
    with socket.socket(FAMILY, socket.SOCK_STREAM) as s:
        s.settimeout(PATIENCE)
        try:
            return greeted(s)
        except OSError as failure:
            return f"failed {failure}"


def hold():
    with socket.socket(FAMILY, socket.SOCK_STREAM) as s:
        print(greeted(s), flush=True)
        try:
            while True:
                s.sendall(b"x")
                if not s.recv(1):
                    raise OSError("end of file")
                time.sleep(PAUSE)
        except OSError as failure:
            print("ended", failure.strerror, flush=True)


def repeat():
    while True:
        began = time.time()
        print(int(began * 1000), attempt(), flush=True)
        time.sleep(PAUSE)


hold() if "hold" in sys.argv else repeat()
