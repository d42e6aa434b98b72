"""Holds exported JSON Schemas against the corpus with Python's jsonschema and check-jsonschema.

Usage: json_schema.py EXPORT CORPUS API...

EXPORT/API/json-schema and EXPORT/API/json-schema-strict are folders of schemas; CORPUS/API.corpus.ndjson
holds payloads and what is to be said of each. Folders that end in -draft-07, if there, too.
"""

import contextlib
import io
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import check_jsonschema
from jsonschema import Draft7Validator, Draft202012Validator

DIALECTS = {"": Draft202012Validator, "-draft-07": Draft7Validator}


def corpus(folder, api):
    """The corpus of an API by schema file."""
    by_file = {}
    for line in (folder / f"{api}.corpus.ndjson").read_text("utf-8").split("\n")[:-1]:
        entry = json.loads(line)
        by_file.setdefault(entry["file"], []).append(entry)
    return by_file


def verdict(strict, tolerant):
    """What two strengths of a schema say together."""
    if strict and not tolerant:
        return "strict is more lenient than tolerant"
    return "valid" if strict else "drift" if tolerant else "invalid"


def foretold(entry):
    """What our judges say, or what the ledger of known differences says that Python must."""
    return entry["seen"].get("python", [entry["verdict"]])[0]


def ends_in_line_feed(value):
    """Python's `$` matches before a line feed at the end of the text, too; ECMA-262's does not."""
    if isinstance(value, str):
        return value.endswith("\n")
    if isinstance(value, dict):
        return any(map(ends_in_line_feed, [*value.keys(), *value.values()]))
    return isinstance(value, list) and any(map(ends_in_line_feed, value))


def hold(export, by_file, api, suffix, counts):
    """Every payload against both strengths of its schema, in one dialect."""
    faults = []
    dialect = DIALECTS[suffix]
    for file, entries in by_file.items():
        strengths = []
        for strength in ["-strict", ""]:
            schema = json.loads((export / api / f"json-schema{strength}{suffix}" / file).read_text("utf-8"))
            dialect.check_schema(schema)
            strengths.append(dialect(schema, format_checker=dialect.FORMAT_CHECKER))
            counts["schemas"] += 1
        for entry in entries:
            payload = json.loads(entry["payload"])
            if ends_in_line_feed(payload) and foretold(entry) != "valid":
                counts["left out: line feed at the end of a text"] += 1
                continue
            said = verdict(*(strength.is_valid(payload) for strength in strengths))
            counts[said] += 1
            if "python" in entry["seen"]:
                counts["foretold: " + entry["seen"]["python"][1]] += 1
            if said != foretold(entry):
                errors = [e.message for s in strengths for e in s.iter_errors(payload)]
                faults.append(f"{suffix} {file}: {said}, not {foretold(entry)}: {entry['payload']} {errors[:3]}")
    return faults


def run_check_jsonschema(arguments):
    """What the program prints, as if called by name; starting it anew for each schema would take an hour."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        check_jsonschema.main(arguments, standalone_mode=False)
    return out.getvalue()


def refused_by_check_jsonschema(schema, folder, payloads):
    """Which of the payloads check-jsonschema refuses."""
    paths = []
    for index, payload in enumerate(payloads):
        path = folder / f"{index}.json"
        path.write_text(payload, "utf-8")
        paths.append(str(path))
    report = json.loads(run_check_jsonschema(["-o", "JSON", "--schemafile", str(schema), *paths]))
    if report.get("parse_errors"):
        raise SystemExit(f"{schema}: {report['parse_errors']}")
    return {int(Path(error["filename"]).stem) for error in report.get("errors", [])}


def check_jsonschema_holds(export, by_file, api, counts, folder):
    """Bodies, messages and commands against the tolerant schema: types by themselves stand in those."""
    faults = []
    for file, entries in by_file.items():
        if file.startswith((f"{api}.type.", f"{api}.enum.")):
            continue
        for strength, accepted in [("", ("valid", "drift")), ("-strict", ("valid",))]:
            schema = export / api / f"json-schema{strength}" / file
            refused = refused_by_check_jsonschema(schema, folder, [entry["payload"] for entry in entries])
            for index, entry in enumerate(entries):
                counts["check-jsonschema: " + ("refused" if index in refused else "accepted")] += 1
                if (index not in refused) != (foretold(entry) in accepted):
                    said = "refuses" if index in refused else "accepts"
                    faults.append(f"check-jsonschema {said} {schema}: {entry['payload']}")
    return faults


def main():
    export, corpora, *apis = map(Path, sys.argv[1:])
    faults = []
    for api in map(str, apis):
        counts = Counter()
        by_file = corpus(corpora, api)
        for suffix in DIALECTS:
            if (export / api / f"json-schema{suffix}").exists():
                faults += hold(export, by_file, api, suffix, counts)
        # Of this run alone: others, of other APIs, may be under way.
        with tempfile.TemporaryDirectory() as scratch:
            faults += check_jsonschema_holds(export, by_file, api, counts, Path(scratch))
        print(f"{api}:", ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    for fault in faults:
        print("error:", fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
