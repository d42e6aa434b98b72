"""Records with cryptofeed's connections and its own writer of raw data.

Usage: by_cryptofeed.py HTTP WS FOLDER

cryptofeed knows no sFOX, so its feed handler cannot be had to connect; its connections and writer are used as it does.
"""

import asyncio
import json
import ssl
import sys

from cryptofeed.connection import HTTPAsyncConn, WSAsyncConn
from cryptofeed.raw_data_collection import AsyncFileCallback

import tools


async def main():
    http, ws, folder = sys.argv[1:]
    writer = AsyncFileCallback(folder, length=1)
    async with asyncio.timeout(tools.PATIENCE):
        rest = HTTPAsyncConn("recorded")
        rest.raw_data_callback = writer
        for path in tools.PATHS:
            await rest.read(http + path, header={"Authorization": f"Bearer {tools.KEY}"})
        # Of these, as of all requests, it writes down the answers only.
        headers = {"Authorization": f"Bearer {tools.KEY}", "Content-Type": "application/json"}
        await rest.write(http + "/v1/orders/buy", json.dumps(tools.ORDER), header=headers)
        await rest.delete(http + "/v1/orders/123", header=headers)
        await rest.close()
        socket = WSAsyncConn(ws, "recorded", ssl=ssl.create_default_context())
        socket.raw_data_callback = writer
        await socket._open()
        await socket.write(tools.AUTHENTICATE)
        await socket.write(tools.SUBSCRIBE)
        tickers = 0
        async for message in socket.read():
            tickers += tools.TICKER in message
            if tickers == tools.TICKERS and tools.TICKER in message:
                await socket.write(tools.UNSUBSCRIBE)
            if tools.UNSUBSCRIBED in message:
                break
        await socket.close()


asyncio.run(main())
