"""PORT: tells each client who it is to the server and who the server is, then echoes until it leaves."""
import socket
import sys
import threading


def text(address):
    return f"{address[0].removeprefix('::ffff:')} {address[1]}"


def serve(connection, client):
    with connection:
        try:
            connection.sendall(f"{text(client)} {text(connection.getsockname())}\n".encode())
            while data := connection.recv(4096):
                connection.sendall(data)
        except OSError as failure:
            print("ended", client[0], failure.strerror, flush=True)


with socket.create_server(("", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128) as listener:
    while True:
        threading.Thread(target=serve, args=listener.accept(), daemon=True).start()
