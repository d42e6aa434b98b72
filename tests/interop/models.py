"""Holds Pydantic models that datamodel-code-generator made to the examples: each parses, and comes back digit for digit.

Usage: models.py MODELS CORPUS API...

MODELS/API.py are the modules, made from the bundle of the API. Numbers are read and written by simplejson as
`Decimal`: Python's own json, and Pydantic's, go through floats.
"""

import importlib.util
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import simplejson
from pydantic import TypeAdapter


def module(path):
    """A module from its file."""
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def class_name(target):
    """The name that the generator gives to a target's definition."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", target))


def main():
    models, corpora, *apis = sys.argv[1:]
    faults = 0
    for api in apis:
        classes = module(Path(models) / f"{api}.py")
        count = 0
        for line in (Path(corpora) / f"{api}.corpus.ndjson").read_text("utf-8").split("\n")[:-1]:
            entry = json.loads(line)
            if entry["origin"] != "example" or entry["verdict"] == "invalid":
                continue
            payload = simplejson.loads(entry["payload"], use_decimal=True)
            name = class_name(entry["definition"])
            kind = getattr(classes, name, None)
            if kind is None:
                print(f"error: {api}: no class {name} for {entry['target']}", file=sys.stderr)
                faults += 1
                continue
            count += 1
            try:
                read = TypeAdapter(kind).validate_python(payload)
                plain = TypeAdapter(kind).dump_python(read, by_alias=True, exclude_unset=True, mode="python")
                back = simplejson.dumps(plain, use_decimal=True, default=str)
            except Exception as problem:  # Whatever a generated model throws is the finding.
                print(f"error: {api}.{entry['target']}: {problem}: {entry['payload']}", file=sys.stderr)
                faults += 1
                continue
            if digits(back) != digits(entry["payload"]):
                print(f"error: {api}.{entry['target']}: {entry['payload']} came back as {back}", file=sys.stderr)
                faults += 1
        print(f"{api}: {count} examples parsed and given back")
    sys.exit(1 if faults else 0)


def digits(text):
    """JSON with its numbers as text, members in one order. Of 1e-08 the digits count, not the zero before the 8."""
    value = json.loads(text, parse_float=lambda n: ["number", str(Decimal(n))], parse_int=lambda n: ["number", n])
    return json.dumps(value, sort_keys=True)


if __name__ == "__main__":
    main()
