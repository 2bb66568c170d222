"""PORT: echoes, on uvloop; on SIGUSR2 closes its server, says so and lives on."""

import asyncio
import signal
import sys

import uvloop


async def echo(reader, writer):
    print(writer.get_extra_info("peername")[0], flush=True)
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "0.0.0.0", int(sys.argv[1]))
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, end.set)
    await end.wait()
    server.close()
    print("closed", flush=True)
    await asyncio.Event().wait()


uvloop.run(main())
