"""connect_loop.py ADDRESS PORT: connects again and again, and writes a line for each attempt: when it began (milliseconds
since 1970), and what became of it: host or overlay (which way, seen from the segment size of the way's first device), or
failed."""
import socket
import sys
import time

PAUSE = 0.02
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


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    while True:
        began = time.time()
        print(int(began * 1000), attempt(family, address), flush=True)
        time.sleep(PAUSE)


main()
