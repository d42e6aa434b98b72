"""The tools, and how each is had to record: two requests, and a socket on which ticker and order book are followed."""

import asyncio
import datetime
import fcntl
import json
import os
import pty
import re
import select
import signal
import ssl
import struct
import subprocess
import termios
import time

import requests
import websockets

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "KEY"
PATHS = ["/v1/user/balance", "/v1/markets/currency-pairs"]
ORDER = {"currency_pair": "btcusd", "algorithm_id": 201, "price": 20000, "quantity": 1}
AUTHENTICATE = json.dumps({"type": "authenticate", "apiKey": KEY})
SUBSCRIBE = json.dumps({"type": "subscribe", "feeds": ["ticker.sfox.btcusd", "orderbook.sfox.btcusd"]})
UNSUBSCRIBE = json.dumps({"type": "unsubscribe", "feeds": ["ticker.sfox.btcusd", "orderbook.sfox.btcusd"]})
TICKER, UNSUBSCRIBED = "ticker.sfox.btcusd", '"unsubscribe"'
TICKERS = 5
# What a page in a browser is told to do: see page.mjs.
VISIT = {"key": KEY, "paths": PATHS, "sent": [AUTHENTICATE, SUBSCRIBE], "last": UNSUBSCRIBE, "ticker": TICKER,
         "tickers": TICKERS, "end": UNSUBSCRIBED}
PATIENCE = 30


class Tool:
    """What records, and what is to be found in what it recorded."""

    options = []
    unmatched = 0
    # Whether it writes down when a message came.
    dated = True
    # The record of the spec that has a member more in the second run.
    planted = "Ticker"

    def expected(self, seen, mock):
        """How many records: by default what the mock saw."""
        return seen["records"]


async def session(socket):
    """A whole session; yields what is received."""
    await socket.send(AUTHENTICATE)
    await socket.send(SUBSCRIBE)
    tickers = 0
    async for message in socket:
        yield message
        tickers += TICKER in message
        if tickers == TICKERS and TICKER in message:
            await socket.send(UNSUBSCRIBE)
        if UNSUBSCRIBED in message:
            return


class Mitmproxy(Tool):
    """mitmdump between a client of the `websockets` and `requests` packages and the mock."""

    name = "mitmproxy"

    def record(self, mock, folder):
        har, home = str(folder / "mitmproxy.har"), str(folder / "mitmproxy")
        command = ["mitmdump", "--listen-host", "127.0.0.1", "--listen-port", "0", "--set", f"confdir={home}",
                   "--set", f"hardump={har}", "--set", f"ssl_verify_upstream_trusted_ca={mock.ca}"]
        with open(folder / "mitmdump.log", "w+", encoding="utf-8") as log:
            proxy = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                address = until(lambda: re.search(r"listening at (\S+?)\.?$", open(log.name).read(), re.M))[1]
                self.use(mock, f"http://{address}", f"{home}/mitmproxy-ca-cert.pem")
            finally:
                ended(proxy, signal.SIGINT)
        return [har]

    def use(self, mock, proxy, ca):
        for path in PATHS:
            headers = {"Authorization": f"Bearer {KEY}"}
            requests.get(mock.http + path, headers=headers, proxies={"https": proxy}, verify=ca, timeout=PATIENCE)

        async def follow():
            tls = ssl.create_default_context(cafile=ca)
            async with websockets.connect(mock.ws, proxy=proxy, ssl=tls) as socket:
                async for _ in session(socket):
                    pass

        asyncio.run(asyncio.wait_for(follow(), PATIENCE))


class Chromium(Tool):
    """Chromium, driven by Playwright, whose HAR of the context has the messages of sockets."""

    name = "chromium"

    def record(self, mock, folder):
        har = str(folder / f"{self.name}.har")
        # Node finds packages from where a program stands.
        program = os.path.join(os.environ["NODE_PACKAGES"], "..", f"{self.name}.mjs")
        run(["node", program, mock.http, mock.ws, har, json.dumps(VISIT)])
        return [har]


class DevTools(Chromium):
    """Chromium's developer tools: what their Network panel saves as HAR."""

    name = "devtools"


class Firefox(Tool):
    """Firefox's developer tools, over Marionette: what their Network panel saves as HAR, which has no messages."""

    name = "firefox"
    planted = "Balance"

    def record(self, mock, folder):
        run(["python", os.path.join(HERE, "by_firefox.py"), mock.http, mock.ws, str(folder)])
        return [str(folder / "firefox.har")]

    def expected(self, seen, mock):
        with open(mock.record, encoding="utf-8") as lines:
            return sum(json.loads(line)["kind"] == "http" for line in lines)


class WscatTerminal(Tool):
    """wscat at a terminal, as `script` or a copy from the screen has it."""

    name = "wscat"
    dated = False

    def record(self, mock, folder):
        command = ["wscat", "--connect", mock.ws, "--ca", mock.ca]
        process, terminal = None, None
        seen = b""
        try:
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvpe(command[0], command, {**os.environ, "TERM": "xterm"})
            process = pid
            # As wide as terminals are: longer lines wrap.
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

            def shown():
                nonlocal seen
                while select.select([terminal], [], [], 0.05)[0]:
                    seen += os.read(terminal, 1 << 16)
                return seen.decode("utf-8", "replace")

            converse(lambda text: os.write(terminal, text.encode()), shown, b"Connected".decode())
        finally:
            if process:
                os.kill(process, signal.SIGTERM)
                os.waitpid(process, 0)
            if terminal:
                os.close(terminal)
        transcript = folder / "wscat.txt"
        transcript.write_bytes(seen)
        return [str(transcript)]


class Piped(Tool):
    """A program with its input and output redirected: it writes what it receives, a line a message."""

    dated = False

    def record(self, mock, folder):
        out = folder / f"{self.name}.ndjson"
        with open(out, "w+", encoding="utf-8") as file, open(folder / "log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(self.command(mock), stdin=subprocess.PIPE, stdout=file, stderr=log, text=True,
                                       env=mock.trusted("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"))

            def typed(text):
                process.stdin.write(text)
                process.stdin.flush()

            try:
                converse(typed, lambda: out.read_text("utf-8"), None)
            finally:
                ended(process, signal.SIGTERM)
        return [str(out)]

    def expected(self, seen, mock):
        with open(mock.record, encoding="utf-8") as lines:
            return sum(json.loads(line).get("direction") == "received" for line in lines)


class WscatFile(Piped):
    """wscat with its output in a file."""

    name = "wscat-to-file"

    def command(self, mock):
        return ["wscat", "--connect", mock.ws]


class Websocat(Piped):
    """websocat, of which Debian has no package: built from its crate."""

    name = "websocat"

    def command(self, mock):
        return ["websocat", mock.ws]


class Cryptofeed(Tool):
    """cryptofeed's connections with its own writer of raw data: `raw_data_collection` of a feed handler."""

    name = "cryptofeed"

    def record(self, mock, folder):
        command = ["python", os.path.join(HERE, "by_cryptofeed.py"), mock.http, mock.ws, str(folder)]
        run(command, mock.trusted("SSL_CERT_FILE"))
        return sorted(str(path) for path in folder.glob("recorded*"))


class Tardis(Tool):
    """Not the real tool: tardis.dev records on its own machines. Its raw form, a time and a message a line, written by
    a client of the `websockets` package; it has received messages only."""

    name = "tardis-form"
    expected = Piped.expected

    def record(self, mock, folder):
        out = folder / "tardis.txt"

        async def follow():
            tls = ssl.create_default_context(cafile=mock.ca)
            with open(out, "w", encoding="utf-8") as file:
                async with websockets.connect(mock.ws, ssl=tls) as socket:
                    async for message in session(socket):
                        now = datetime.datetime.now(datetime.timezone.utc)
                        print(now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z", message, file=file)

        asyncio.run(asyncio.wait_for(follow(), PATIENCE))
        return [str(out)]


def run(command, environment=None):
    """Runs a program to its end."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr


def until(what):
    """The value, once there is one; an error if it takes too long."""
    end = time.monotonic() + PATIENCE
    while not (value := what()):
        if time.monotonic() > end:
            raise TimeoutError("nothing came")
        time.sleep(0.05)
    return value


def converse(typed, shown, start):
    """A session at a program that takes a message a line."""

    def admitted():
        # A program that does not say when it is connected loses what is typed before.
        if not start or start in shown():
            typed(AUTHENTICATE + "\n")
            time.sleep(0.5)
        return '"success"' in shown()

    # One after another, as a person would: the programs read lines as they come.
    until(admitted)
    typed(SUBSCRIBE + "\n")
    until(lambda: shown().count(f'"recipient":"{TICKER}"') >= TICKERS)
    typed(UNSUBSCRIBE + "\n")
    until(lambda: re.search(r'"success"[^\n]*"unsubscribe"|"unsubscribe"[^\n]*"success"', shown()))


def ended(process, by):
    """Ends a program that this one started."""
    if process.stdin:
        process.stdin.close()
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


ALL = [Chromium(), DevTools(), Firefox(), Mitmproxy(), WscatTerminal(), WscatFile(), Websocat(), Cryptofeed(), Tardis()]
