// Reads an AsyncAPI document with its makers' parser, and has Modelina make TypeScript and Python models of it.
//
// Usage: asyncapi.mjs DOCUMENT FOLDER
//
// What the parser says goes to FOLDER/parser.json in Spectral's form, models to FOLDER/typescript and FOLDER/python.

import fs from "node:fs";
import path from "node:path";
import { Parser } from "@asyncapi/parser";
import { PythonFileGenerator, TypeScriptFileGenerator } from "@asyncapi/modelina";

const [document, folder] = process.argv.slice(2);
const text = fs.readFileSync(document, "utf8");
const { document: parsed, diagnostics } = await new Parser().parse(text);
fs.writeFileSync(path.join(folder, "parser.json"), JSON.stringify(diagnostics));
if (!parsed) {
  console.error(`error: the parser makes nothing of ${document}`);
  process.exit(1);
}
const channels = parsed.allChannels().length;
const operations = parsed.allOperations().length;
const messages = parsed.allMessages().length;
console.log(`@asyncapi/parser: ${channels} channels, ${operations} operations, ${messages} messages`);

/** Models in files of their own, as their users have them. */
async function models(generator, subfolder, options) {
  const into = path.join(folder, subfolder);
  const made = await generator.generateToFiles(JSON.parse(text), into, options, true);
  const names = made.map(({ modelName }) => modelName).filter((name) => name !== "");
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of twice) console.error(`WARN ${subfolder}: two models are called ${name}`);
  console.log(`modelina: ${new Set(names).size} models in ${subfolder}`);
}

await models(new TypeScriptFileGenerator({ modelType: "interface" }), "typescript", {
  moduleSystem: "ESM",
  exportType: "named",
});
await models(new PythonFileGenerator(), "python", {});
