"""Prints the schemas of which openapi-generator writes a class that does not compile: faults of its templates.

Usage: clients.py java|python SPEC

The script maps each to a type of its own choice (`--schema-mappings`), as a user would: to Jackson's `JsonNode`, which
keeps every digit, or to `object`.

java: a union with an array among its branches becomes `List<X>.class`.
python: a union of unions of plain values becomes a `to_dict` that mypy rejects.
"""

import json
import sys
from pathlib import Path

INSTEAD = {"java": "com.fasterxml.jackson.databind.JsonNode", "python": "object"}


def main():
    language, spec = sys.argv[1:]
    schemas = json.loads(Path(spec).read_text("utf-8"))["components"]["schemas"]

    def resolved(schema):
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def branches(schema):
        return [resolved(branch) for branch in schema.get("anyOf", schema.get("oneOf", []))]

    def in_vain(schema):
        if language == "java":
            return any(branch.get("type") == "array" for branch in branches(schema))
        within = [branches(branch) for branch in branches(schema)]
        return bool(within) and all(
            inner and all(leaf.get("type") in ("integer", "string", "number") for leaf in inner) for inner in within
        )

    mapped = {name: INSTEAD[language] for name, schema in schemas.items() if in_vain(schema)}
    print(",".join(f"{name}={kind}" for name, kind in mapped.items()))


if __name__ == "__main__":
    main()
