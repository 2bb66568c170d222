"""strangers.py ADDRESS PORT COUNT: connects that often at the same time, and writes after how many milliseconds the other end
had got rid of all of them."""
import socket
import sys
import time

PATIENCE = 20
NONE = b""


def connect(address):
    """None if the other end was quicker."""
    try:
        return socket.create_connection(address, PATIENCE)
    except ConnectionResetError:
        return None


def end(connection):
    """What the other end has sent, which should be nothing."""
    try:
        return connection.recv(1)
    except ConnectionResetError:
        return NONE


address = (sys.argv[1], int(sys.argv[2]))
began = time.monotonic()
connections = [connect(address) for _ in range(int(sys.argv[3]))]
assert all(end(connection) == NONE for connection in connections if connection), "a stranger is served"
print(int((time.monotonic() - began) * 1000))
