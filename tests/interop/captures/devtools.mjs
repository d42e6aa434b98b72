// Has Chromium fetch and follow a socket while its developer tools are open, and saves what their Network panel saves
// as HAR: "Save all as HAR (with sensitive data)".
//
// Usage: devtools.mjs HTTP WS HAR JSON
//
// The tools are a page like any other, which Chromium serves with the port for debugging; Playwright presses no button
// in it but calls what the button calls.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { visit } from "./page.mjs";

const [http, ws, har, json] = process.argv.slice(2);
const args = [
  "--no-sandbox",
  "--ignore-certificate-errors",
  "--remote-debugging-port=0",
  "--remote-allow-origins=*",
];
const profile = await mkdtemp(join(tmpdir(), "devtools-"));
const context = await chromium.launchPersistentContext(profile, { executablePath: "/usr/bin/chromium", args });
try {
  const [port] = (await readFile(join(profile, "DevToolsActivePort"), "utf8")).split("\n");
  const page = context.pages()[0];
  // Before the tools are open: what it shows is the mock's, not the venue's.
  await page.goto(`${http}/`);
  const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const target = targets.find(({ url }) => url === page.url());
  const tools = await context.newPage();
  const socket = `127.0.0.1:${port}/devtools/page/${target.id}`;
  await tools.goto(`http://127.0.0.1:${port}/devtools/inspector.html?ws=${socket}&panel=network`);
  // They name the page once they listen to it.
  await tools.waitForFunction((host) => document.title.includes(host), new URL(http).host);
  await tools.waitForTimeout(1_000);
  await page.evaluate(visit, [ws, JSON.parse(json)]);
  await tools.waitForTimeout(500);
  const download = tools.waitForEvent("download");
  await tools.evaluate(async () => {
    const { NetworkPanel } = await import("./panels/network/network.js");
    await NetworkPanel.NetworkPanel.instance().networkLogView.exportAll({ sanitize: false });
  });
  await (await download).saveAs(har);
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
