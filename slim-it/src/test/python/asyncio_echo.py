"""serve PORT: tells each client who it is and echoes. talk HOST PORT N: N connections at once, prints the names both sides see."""

import asyncio
import sys


def host(name):
    return name[0].removeprefix("::ffff:")


async def answer(reader, writer):
    peer, own = (writer.get_extra_info(key) for key in ("peername", "sockname"))
    writer.write(f"{host(peer)} -> {host(own)}\n".encode())
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(port):
    async with await asyncio.start_server(answer, None, port, backlog=1024) as server:
        await server.serve_forever()


async def talk_once(address, port, payload):
    reader, writer = await asyncio.open_connection(address, port)
    seen = (await reader.readline()).decode().strip()
    writer.write(payload)
    assert await reader.readexactly(len(payload)) == payload
    peer, own = (writer.get_extra_info(key) for key in ("peername", "sockname"))
    writer.close()
    await writer.wait_closed()
    print(f"{host(own)} -> {host(peer)}; seen by the server: {seen}")


async def talk(address, port, count):
    await asyncio.gather(*(talk_once(address, port, bytes([i % 256]) * 100_000) for i in range(count)))


if sys.argv[1] == "serve":
    asyncio.run(serve(int(sys.argv[2])))
else:
    asyncio.run(talk(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
