"""connect_loop.py ADDRESS PORT [apart]: connects again and again, and writes a line for each attempt: when it began
(milliseconds since 1970), and what became of it: host or overlay (which way, seen from the segment size of the way's first
device), or failed. Apart: each attempt is made by a process of its own, and some time passes without any."""
import os
import socket
import sys
import time

PAUSE = 0.05
PAUSE_APART = 0.4
PATIENCE = 0.25
LARGEST_OVERLAY_SEGMENT = 1400


def attempt(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(PATIENCE)
        try:
            s.connect(address)
        except OSError:
            return "failed"
        size = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        return "host" if size > LARGEST_OVERLAY_SEGMENT else "overlay"


def write_attempt(family, address):
    began = time.time()
    print(int(began * 1000), attempt(family, address), flush=True)


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    apart = sys.argv[3:] == ["apart"]
    while True:
        if not apart:
            write_attempt(family, address)
        elif os.fork() == 0:
            write_attempt(family, address)
            os._exit(0)
        else:
            os.wait()
        time.sleep(PAUSE_APART if apart else PAUSE)


main()
