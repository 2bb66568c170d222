"""HOST PORT: one blocking and one non-blocking connection; prints the milliseconds that each took to be connected."""

import select
import socket
import sys
import time


def blocking(address):
    return socket.create_connection(address, timeout=None)


def non_blocking(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    client = socket.socket(family)
    client.setblocking(False)
    client.connect_ex(address)
    select.select([], [client], [], 30)
    error = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, "non-blocking connect")
    return client


for connect in (blocking, non_blocking):
    start = time.monotonic()
    client = connect((sys.argv[1], int(sys.argv[2])))
    print(round((time.monotonic() - start) * 1000))
    client.close()
