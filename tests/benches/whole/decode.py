"""Every line of a file of order books decoded by msgspec into structs: `python decode.py FILE`."""

import sys

import msgspec


class Sides(msgspec.Struct):
    bids: list[tuple[float, float, str]]
    asks: list[tuple[float, float, str]]


class Book(Sides):
    market_making: Sides
    pair: str
    lastupdated: int
    lastpublished: int


class Envelope(msgspec.Struct):
    sequence: int
    recipient: str
    timestamp: int
    payload: Book


decode = msgspec.json.Decoder(Envelope).decode
lines = bad = 0
with open(sys.argv[1], "rb", buffering=1 << 18) as file:
    for line in file:
        lines += 1
        try:
            decode(line)
        except msgspec.MsgspecError:
            bad += 1
print(f"{lines} lines, {bad} bad")
