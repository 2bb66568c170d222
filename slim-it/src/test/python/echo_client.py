"""HOST PORT BYTES: sends the bytes and checks what comes back."""

import socket
import sys
import threading

data = bytes(range(256)) * (int(sys.argv[3]) // 256)
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10) as client:
    sender = threading.Thread(target=client.sendall, args=(data,))
    sender.start()
    back = bytearray()
    while len(back) < len(data):
        part = client.recv(1 << 20)
        if not part:
            sys.exit(f"the connection ended after {len(back)} of {len(data)} bytes")
        back += part
    sender.join()
    if back != data:
        sys.exit("other bytes came back")
