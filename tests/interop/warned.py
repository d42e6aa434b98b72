"""Turns what a tool printed into lines for the ledger: tool, API and message, with tabs between them.

Usage: warned.py TOOL API FILE >> WARNINGS

FILE is what the tool printed: JSON for redocly, its drift's findings and spectral, a log for the others. Errors end it with status 1.
"""

import json
import re
import sys
from pathlib import Path


def redocly(text):
    """Problems of `redocly lint --format json`."""
    for problem in json.loads(text)["problems"]:
        yield problem["severity"], f"{problem['ruleId']}: {problem['message']}"


def spectral(text):
    """Findings of `spectral lint --format json`; severity 0 is an error."""
    for finding in json.loads(text):
        yield "error" if finding["severity"] == 0 else "warning", f"{finding['code']}: {finding['message']}"


def drift(text):
    """Findings of `redocly drift --format json`, errors too: one that stays is a fault of the tool, and in the ledger."""
    for finding in json.loads(text)["problems"]:
        place = f"{finding['method']} {finding['path']}, {finding['occurrences']} in all"
        yield "warning", f"finding: {finding['ruleId']}: {finding['message']} ({place})"


def log(text):
    """Lines of a log that say WARN or ERROR, or of Python's warnings."""
    for line in text.splitlines():
        if found := re.search(r"\b(WARN|ERROR)\b\s+(?:\S+ - )?(.*)", line):
            yield "error" if found[1] == "ERROR" else "warning", found[2]
        elif found := re.search(r"\b(\w*Warning: .*)", line):
            yield "warning", found[1]
        elif line.startswith("unknown format"):
            yield "warning", line


def main():
    tool, api, path = sys.argv[1:]
    text = Path(path).read_text("utf-8")
    kind = {"redocly": redocly, "spectral": spectral, "redocly-drift-findings": drift}.get(tool, log)
    failed = False
    said = {}
    for severity, message in kind(text):
        failed = failed or severity == "error"
        message = " ".join(message.split())
        if severity == "error":
            print(f"error: {tool}, {api}: {message}", file=sys.stderr)
        else:
            said[message] = said.get(message, 0) + 1
    for message in said:
        print(f"{tool}\t{api}\t{message}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
