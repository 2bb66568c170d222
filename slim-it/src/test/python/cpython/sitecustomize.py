"""With this directory in PYTHONPATH, CPython's tests listen at and connect to TEST_HOST where they ask for an address to test with."""
import os

from test.support import socket_helper

socket_helper.HOST = socket_helper.HOSTv4 = os.environ["TEST_HOST"]
socket_helper.bind_port.__defaults__ = (socket_helper.HOST,)
