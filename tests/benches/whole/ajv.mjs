// Every line of a file against a JSON Schema, compiled by ajv: `node ajv.mjs MODULES SCHEMA FILE`.
import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, schema, path] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Ajv = require("ajv/dist/2020").default;
const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(schema, "utf8")));

let [lines, bad, rest] = [0, 0, ""];
const judge = (line) => {
    lines += 1;
    try {
        if (!validate(JSON.parse(line))) bad += 1;
    } catch {
        bad += 1;
    }
};
for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const pieces = (rest + chunk).split("\n");
    rest = pieces.pop();
    pieces.forEach(judge);
}
if (rest) judge(rest);
console.log(`${lines} lines, ${bad} bad`);
