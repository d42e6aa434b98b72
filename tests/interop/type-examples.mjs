// Writes a TypeScript module that gives every example of an API the type that json-schema-to-typescript made for it.
//
// Usage: type-examples.mjs TYPES.ts CORPUS API

import fs from "node:fs";
import path from "node:path";

const [types, corpora, api] = process.argv.slice(2);
const declared = new Set(
  [...fs.readFileSync(types, "utf8").matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name),
);

/** The name that the generator makes of a definition's. */
const typeName = (definition) =>
  definition
    .split(/[^0-9A-Za-z]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("")
    // It puts a capital after a digit.
    .replace(/(\d)([a-z])/g, (_, digit, letter) => digit + letter.toUpperCase());

const lines = fs.readFileSync(path.join(corpora, `${api}.corpus.ndjson`), "utf8").split("\n").slice(0, -1);
const examples = lines.map(JSON.parse).filter(({ origin, verdict }) => origin === "example" && verdict !== "invalid");
const out = [`import type * as types from "./${path.basename(types, ".ts")}";`];
let missing = 0;
examples.forEach(({ definition, payload }, index) => {
  const name = typeName(definition);
  if (!declared.has(name)) {
    missing += 1;
    console.error(`error: ${api}: no type ${name} for ${definition}`);
  }
  out.push(`export const example${index}: types.${name} = ${payload};`);
});
console.log(out.join("\n"));
process.exit(missing ? 1 : 0);
