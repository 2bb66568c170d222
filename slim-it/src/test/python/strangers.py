"""strangers.py ADDRESS PORT COUNT: connects that often, one after the other, and writes after how many milliseconds the other
end had got rid of all of them."""
import socket
import sys
import time

PATIENCE = 20
NONE = b""


def visit(address):
    """What the other end has sent before it ended the connection, which should be nothing; it may be quicker than connect."""
    try:
        with socket.create_connection(address, PATIENCE) as connection:
            return connection.recv(1)
    except ConnectionResetError:
        return NONE


address = (sys.argv[1], int(sys.argv[2]))
began = time.monotonic()
for _ in range(int(sys.argv[3])):
    assert visit(address) == NONE, "a stranger is served"
print(int((time.monotonic() - began) * 1000))
