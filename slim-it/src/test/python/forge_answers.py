"""forge_answers.py SERVER CLIENT PORT: answers each bare SYN that leaves this namespace for the server with a SYN-ACK of its
own, as if the server had sent it. Writes a line for each."""
import socket
import struct
import sys

SERVER, CLIENT, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(client_port, sequence):
    header = struct.pack("!HHIIBBHHH", PORT, client_port, 4711, (sequence + 1) & 0xFFFFFFFF, 5 << 4, 0x12, 64240, 0, 0)
    pseudo = socket.inet_aton(SERVER) + socket.inet_aton(CLIENT) + struct.pack("!BBH", 0, 6, len(header))
    tcp = header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, socket.inet_aton(SERVER),
                       socket.inet_aton(CLIENT)) + tcp


def main():
    seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    print("ready", flush=True)
    while True:
        packet = seen.recv(2048)
        if packet[9] != 6 or packet[16:20] != socket.inet_aton(SERVER):
            continue
        tcp = packet[(packet[0] & 15) * 4:]
        source, target, sequence, _, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
        # The application's own SYN has options.
        if target == PORT and flags == 2 and offset >> 4 == 5:
            out.sendto(answer(source, sequence), (CLIENT, 0))
            print("answered", flush=True)


main()
