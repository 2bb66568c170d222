"""ADDRESS PORT TARGET...: makes a connection with the shim's socket and aims that, without the shim, at each ADDRESS:PORT."""
import ctypes
import errno
import os
import socket
import struct
import sys

# Straight to the C library: what is preloaded has no say.
libc = ctypes.CDLL("libc.so.6", use_errno=True)


def connect(fd, address):
    return 0 if libc.connect(fd, address, len(address)) == 0 else ctypes.get_errno()


def inet(target):
    address, port = target.rsplit(":", 1)
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", int(port)) + socket.inet_aton(address) + bytes(8)


connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
for target in sys.argv[3:]:
    connect(connection.fileno(), struct.pack("=H", socket.AF_UNSPEC) + bytes(14))
    outcome = connect(connection.fileno(), inet(target))
    print(target, errno.errorcode.get(outcome, "connected"), flush=True)
