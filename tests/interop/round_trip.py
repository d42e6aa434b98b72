"""Holds a capture of examples against the spec by `venue check` and against the exported schemas by jsonschema.

Usage: round_trip.py VENUE EXPORT CORPUS API...

CORPUS/API.capture.ndjson is the capture, CORPUS/API.targets.ndjson says what each of its records shows. Both must come
to the same verdict for every record.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from jsonschema import Draft202012Validator

RANK = ["valid", "drift", "invalid", "unmatched"]


def lines(path):
    """Each line as JSON."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


def by_venue(venue, capture, api):
    """Of each record that has a finding the worst verdict, and the target that claims it."""
    command = [venue, "check", "--api", api, "--fail-on", "never", "--format", "ndjson", capture]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    worst = {}
    for finding in map(json.loads, printed.splitlines()):
        before, _ = worst.get(finding["record"], ("valid", None))
        worst[finding["record"]] = max(before, finding["verdict"], key=RANK.index), finding.get("target")
    return worst


def by_schema(folder, target):
    """What the two strengths of the target's schema say together."""
    payload = json.loads(target["payload"])

    def accepts(strength):
        schema = json.loads((folder / f"json-schema{strength}" / target["file"]).read_text("utf-8"))
        return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(payload)

    return "valid" if accepts("-strict") else "drift" if accepts("") else "invalid"


def main():
    venue, export, corpora, *apis = sys.argv[1:]
    faults = 0
    for api in apis:
        found = by_venue(venue, f"{corpora}/{api}.capture.ndjson", api)
        counts = Counter()
        for index, target in enumerate(lines(Path(corpora) / f"{api}.targets.ndjson")):
            checked, claimed_by = found.get(index, ("valid", None))
            # A message that contradicts its own description may fit another's, which then claims it.
            other = f"{claimed_by}.json"
            if target["message"] and (Path(export) / api / "json-schema" / other).exists():
                target["file"] = other
            validated = by_schema(Path(export) / api, target)
            counts[checked] += 1
            # What contradicts the very members that tell messages apart is no message of the socket: both refuse it.
            if checked != validated and (checked, validated) != ("unmatched", "invalid"):
                faults += 1
                print(f"error: {api}, record {index}: venue check says {checked}, jsonschema {validated}: "
                      f"{target['target']} {target['payload']}", file=sys.stderr)
        print(f"{api}: {sum(counts.values())} records:", ", ".join(f"{counts[v]} {v}" for v in RANK if counts[v]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
