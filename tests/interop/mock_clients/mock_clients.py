"""Has clients that we did not write talk to `venue mock` over TLS, and holds what passed to the spec.

Usage: mock_clients.py VENUE FOLDER [CLIENT]...

Clients: curl with the command lines that the documentation of 2018 shows, the Python packages requests and websockets,
Node's ws, and the published crate `sfox`. Where a client and the documentation differ, what comes of it stands in the
table here, or for the crate in sfox-crate/outcomes.toml.
"""

import asyncio
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tomllib
from pathlib import Path

import requests
import websockets

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "captures"))
import tools  # noqa: E402
from mock import Mock  # noqa: E402

# Path, options and status of each documented command line.
BASIC, BARE = ["-u", "KEY:"], ["-H", "Authorization: KEY"]
DOCUMENTED = [
    ("/v1/offer/buy?amount=1", [], 200),
    ("/v1/markets/orderbook/btcusd", [], 200),
    ("/v1/user/balance", BASIC, 200),
    # The heading's path, where the sample has /v1/user/balance: erratum `balance-path`.
    ("/v1/balance", BASIC, 404),
    ("/v1/account/transactions?limit=250&offset=0", BASIC, 200),
    # The sample for a deposit is that of a withdrawal, and lacks its currency: erratum `deposit-path`.
    ("/v1/user/withdraw", [*BARE, "-d", "amount=1"], 400),
    ("/v1/user/withdraw", [*BARE, "-d", "amount=1", "-d", "address=", "-d", "currency=usd"], 200),
    ("/v1/orders/buy", [*BASIC, "-d", "quantity=1", "-d", "currency_pair=btcusd"], 200),
    ("/v1/orders/buy", [*BASIC, "-d", "quantity=1", "-d", "price=10", "-d", "currency_pair=btcusd"], 200),
    ("/v1/orders/sell", [*BASIC, "-d", "quantity=1", "-d", "currency_pair=btcusd"], 200),
    ("/v1/orders/sell", [*BASIC, "-d", "quantity=1", "-d", "price=10", "-d", "currency_pair=btcusd"], 200),
    ("/v1/order/666", BASIC, 200),
    ("/v1/orders", BASIC, 200),
    ("/v1/order/666", [*BASIC, "-X", "DELETE"], 200),
    ("/v1/markets/currency-pairs", [*BASIC, "-X", "GET"], 200),
]


def curl(venue, folder):
    """The command lines as they are printed, but for host, key and the certificate."""
    with Mock(venue, ["--api", "sfox-legacy"], folder) as mock:
        for path, options, status in DOCUMENTED:
            command = ["curl", "-s", "-o", str(folder / "answer"), "-w", "%{http_code}", "--cacert", mock.ca,
                       *options, mock.http + path]
            done = subprocess.run(command, capture_output=True, text=True, timeout=tools.PATIENCE)
            assert done.stdout == str(status), f"{path} {options}: {done.stdout}, where {status} is to come"
        mock.stop()
        refused = sum(status == 400 for *_, status in DOCUMENTED)
        passed(venue, "sfox-legacy", mock, invalid=refused)
    return f"{len(DOCUMENTED)} command lines"


def by_requests(venue, folder):
    """An order's life, by a key that is sent as a bearer."""
    with Mock(venue, ["--api", "sfox"], folder, "--stateful") as mock:
        session = requests.Session()
        session.verify = mock.ca
        # A bundle that the environment names would go before it.
        session.trust_env = False
        session.headers["Authorization"] = "Bearer KEY"

        def call(method, path, **options):
            answer = session.request(method, mock.http + path, timeout=tools.PATIENCE, **options)
            assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer.json()

        call("GET", "/v1/user/balance")
        order = {"currency_pair": "btcusd", "quantity": 0.01, "price": 10, "algorithm_id": 200}
        placed = call("POST", "/v1/orders/buy", json=order)
        assert placed["id"] in [open_["id"] for open_ in call("GET", "/v1/orders")]
        call("DELETE", f"/v1/orders/{placed['id']}")
        assert placed["id"] not in [open_["id"] for open_ in call("GET", "/v1/orders")]
        mock.stop()
        passed(venue, "sfox", mock)
    return "an order placed, seen, cancelled and gone"


def by_websockets(venue, folder):
    """The package `websockets`."""
    async def follow(mock):
        tls = ssl.create_default_context(cafile=mock.ca)
        async with websockets.connect(mock.ws, ssl=tls) as socket:
            return [message async for message in tools.session(socket)]

    with Mock(venue, ["--api", "sfox"], folder) as mock:
        messages = asyncio.run(asyncio.wait_for(follow(mock), tools.PATIENCE))
        mock.stop()
        passed(venue, "sfox", mock)
    return f"{len(messages)} messages"


def ws(venue, folder):
    """Node's package `ws`."""
    with Mock(venue, ["--api", "sfox"], folder) as mock:
        what = tools.VISIT
        # Node finds packages from where a program stands.
        program = os.path.join(os.environ["NODE_PACKAGES"], "..", "by_ws.mjs")
        done = subprocess.run(["node", program, mock.ws, json.dumps(what)], capture_output=True, text=True,
                              timeout=2 * tools.PATIENCE, env=mock.trusted("NODE_EXTRA_CA_CERTS"))
        assert done.returncode == 0, done.stderr
        mock.stop()
        passed(venue, "sfox", mock)
    return f"{done.stdout.strip()} messages"


def sfox_crate(venue, folder):
    """Every method of the crate, and its connection."""
    outcomes = tomllib.loads((HERE / "sfox-crate" / "outcomes.toml").read_text("utf-8"))
    with Mock(venue, ["--api", "sfox"], folder) as mock:
        env = {**mock.trusted("SSL_CERT_FILE"), "SFOX_AUTH_TOKEN": "KEY", "SFOX_SERVER_URL": mock.http,
               "CANDLESTICK_SERVER_URL": mock.http, "SFOX_WS_SERVER_URL": mock.ws}
        done = subprocess.run([os.environ["SFOX_CRATE"]], capture_output=True, text=True, env=env, timeout=60)
        assert done.returncode == 0, done.stderr
    said = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    for name, outcome in said.items():
        expected = outcomes.pop(name, {"says": "^decodes$"})["says"]
        assert re.search(expected, outcome), f"{name}: {outcome[:400]}, where {expected!r} is expected"
    assert not outcomes, f"of no call: {', '.join(outcomes)}"
    well = sum(outcome == "decodes" for outcome in said.values())
    return f"{well} of {len(said)} calls decode; of the others sfox-crate/outcomes.toml says why"


def passed(venue, api, mock, invalid=0):
    """What the mock wrote down is valid, but for what the client sent wrong."""
    command = [venue, "check", "--api", api, "--format", "json", mock.record]
    done = subprocess.run(command, capture_output=True, text=True, timeout=tools.PATIENCE)
    totals = json.loads(done.stdout)["totals"]
    assert totals["records"] > 0 and totals["drift"] == 0 and totals["invalid"] == invalid, f"{totals}: {done.stdout}"


ALL = {"curl": curl, "requests": by_requests, "websockets": by_websockets, "ws": ws, "sfox-crate": sfox_crate}


def main():
    venue, folder, *names = sys.argv[1:]
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    failed = False
    for name, client in ALL.items():
        if names and name not in names:
            continue
        (folder / name).mkdir(parents=True)
        try:
            print(f"{name}: {client(venue, folder / name)}", flush=True)
        except Exception as problem:  # Of one client; the others are tried.
            failed = True
            print(f"error: {name}: {type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
