"""Prints the schemas of which openapi-generator's Python client has a method that mypy rejects: a fault of its template.

Usage: clients.py SPEC

A union of unions of plain values is one. The script maps each to `object` (`--schema-mappings`), as a user would.
"""

import json
import sys
from pathlib import Path


def main():
    schemas = json.loads(Path(sys.argv[1]).read_text("utf-8"))["components"]["schemas"]

    def resolved(schema):
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def branches(schema):
        return [resolved(branch) for branch in schema.get("anyOf", schema.get("oneOf", []))]

    def in_vain(schema):
        within = [branches(branch) for branch in branches(schema)]
        return bool(within) and all(
            inner and all(leaf.get("type") in ("integer", "string", "number") for leaf in inner) for inner in within
        )

    print(",".join(f"{name}=object" for name, schema in schemas.items() if in_vain(schema)))


if __name__ == "__main__":
    main()
