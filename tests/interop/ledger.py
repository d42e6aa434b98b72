"""Holds the warnings of a step against the ledger: each is listed with a reason, and each that is listed is there.

Usage: ledger.py STEP WARNINGS API...

WARNINGS has a line for each: tool, API and message, with tabs between them.
"""

import re
import sys
import tomllib
from pathlib import Path


def main():
    step, warnings, *apis = sys.argv[1:]
    ledger = tomllib.loads((Path(__file__).parent / "ledger.toml").read_text("utf-8"))
    entries = [entry for entry in ledger["warning"] if entry["step"] == step]
    seen = set()
    unlisted = []
    count = 0
    path = Path(warnings)
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        tool, api, message = line.split("\t", 2)
        count += 1
        known = [
            index
            for index, entry in enumerate(entries)
            if entry["tool"] == tool and api in entry["apis"] and re.search(entry["says"], message)
        ]
        seen.update((index, api) for index in known)
        if not known:
            unlisted.append(f"{tool}, {api}: {message}")
    gone = [
        f"{entry['tool']}, {api}: {entry['says']}"
        for index, entry in enumerate(entries)
        for api in entry["apis"]
        if api in apis and (index, api) not in seen
    ]
    for warning in unlisted:
        print("error: not in tests/interop/ledger.toml:", warning, file=sys.stderr)
    for warning in gone:
        print("error: listed in tests/interop/ledger.toml, and gone:", warning, file=sys.stderr)
    print(f"{count} kinds of warning, all listed" if count and not unlisted else f"{count} warnings")
    sys.exit(1 if unlisted or gone else 0)


if __name__ == "__main__":
    main()
