"""Sends the first half of a request, the second one when it gets SIGUSR1, and shows the answer: slow_request.py ADDRESS PORT."""
import signal
import socket
import sys

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
print("half")
signal.sigwait([signal.SIGUSR1])
connection.sendall(b"Connection: close\r\n\r\n")
answer = b""
while chunk := connection.recv(4096):
    answer += chunk
print(answer.decode())
