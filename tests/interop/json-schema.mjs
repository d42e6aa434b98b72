// Holds exported JSON Schemas against the corpus with ajv in strict mode.
//
// Usage: json-schema.mjs EXPORT CORPUS WARNINGS API...
//
// EXPORT/API/json-schema[-strict][-draft-07] are folders of schemas, CORPUS/API.corpus.ndjson payloads and
// what is to be said of each. What ajv warns of is appended to WARNINGS.

import fs from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [exported, corpora, warnings, ...apis] = process.argv.slice(2);

// Ours, which say more than JSON Schema has words for. ajv's strict mode wants each by name.
const KEYWORDS = [
  "as-of",
  "batch",
  "errata",
  "evidence",
  "maximum",
  "minimum",
  "scale",
  "sensitivity",
  "source",
  "unit",
  "unknowns",
  "values",
].map((word) => `x-venue-${word}`);
// Widths of integers; `minimum` and `maximum` say the same.
const FORMATS = ["uint8", "int8", "uint16", "int16", "uint32", "uint64", "decimal"];

/** A validator that throws on what strict mode forbids, but for the one thing that no open tuple can satisfy. */
function strictAjv(Class, warn) {
  const logger = { log: warn, warn, error: warn };
  const ajv = new Class({ strict: true, strictTuples: "log", logger });
  addFormats(ajv);
  ajv.addVocabulary(KEYWORDS);
  for (const format of FORMATS) ajv.addFormat(format, true);
  return ajv;
}

function readCorpus(api) {
  const lines = fs.readFileSync(path.join(corpora, `${api}.corpus.ndjson`), "utf8").split("\n");
  const byFile = new Map();
  for (const line of lines.slice(0, -1)) {
    const entry = JSON.parse(line);
    if (!byFile.has(entry.file)) byFile.set(entry.file, []);
    byFile.get(entry.file).push(entry);
  }
  return byFile;
}

const verdict = (strict, tolerant) =>
  strict && !tolerant ? "lenient" : strict ? "valid" : tolerant ? "drift" : "invalid";

/** What our judges say, or what the ledger of known differences says that a reader of doubles must. */
const foretold = (entry) => entry.seen.doubles?.[0] ?? entry.verdict;

let faults = 0;
const warned = new Map();

function fault(message) {
  faults += 1;
  console.error("error:", message);
}

function compile(api, Class, folder, file) {
  // Where a warning stands is of no interest to the ledger.
  const warn = (message) => {
    const key = `ajv\t${api}\t${message.replace(/ at (path )?"[^"]*"/g, "")}`;
    warned.set(key, (warned.get(key) ?? 0) + 1);
  };
  const schema = JSON.parse(fs.readFileSync(path.join(exported, api, folder, file), "utf8"));
  try {
    return strictAjv(Class, warn).compile(schema);
  } catch (error) {
    fault(`${folder}/${file}: ${error.message}`);
    return undefined;
  }
}

function hold(api, byFile, Class, suffix, counts) {
  for (const [file, entries] of byFile) {
    const strict = compile(api, Class, `json-schema-strict${suffix}`, file);
    const tolerant = compile(api, Class, `json-schema${suffix}`, file);
    if (!strict || !tolerant) continue;
    counts.schemas = (counts.schemas ?? 0) + 2;
    for (const entry of entries) {
      const payload = JSON.parse(entry.payload);
      const said = verdict(strict(payload), tolerant(payload));
      counts[said] = (counts[said] ?? 0) + 1;
      if (entry.seen.doubles) {
        const known = `foretold: ${entry.seen.doubles[1]}`;
        counts[known] = (counts[known] ?? 0) + 1;
      }
      if (said !== foretold(entry)) {
        tolerant(payload);
        const errors = JSON.stringify((tolerant.errors ?? strict.errors)?.slice(0, 2));
        fault(`ajv${suffix} ${file}: ${said}, not ${foretold(entry)}: ${entry.payload} ${errors}`);
      }
    }
  }
}

for (const api of apis) {
  const counts = {};
  const byFile = readCorpus(api);
  hold(api, byFile, Ajv2020, "", counts);
  hold(api, byFile, Ajv, "-draft-07", counts);
  const shown = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`${api}: ${shown.map(([what, count]) => `${count} ${what}`).join(", ")}`);
}
const lines = [...warned].map(([key, count]) => `${key} (${count} times)\n`);
fs.appendFileSync(warnings, lines.join(""));
process.exit(faults ? 1 : 0);
