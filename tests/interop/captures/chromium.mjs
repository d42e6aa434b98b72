// Has Chromium fetch and follow a socket, while Playwright records the context to a HAR.
//
// Usage: chromium.mjs HTTP WS HAR JSON

import { chromium } from "playwright-core";
import { visit } from "./page.mjs";

const [http, ws, har, json] = process.argv.slice(2);
// A page that no server gave counts as public, and Chromium guards this machine from such pages.
const args = ["--no-sandbox", "--ignore-certificate-errors", "--disable-features=LocalNetworkAccessChecks"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
const context = await browser.newContext({
  // Of what a page fetches, the API's part.
  recordHar: { path: har, content: "embed", urlFilter: /\/(v1\/|ws$)/ },
});
const page = await context.newPage();
// A page of the same origin; what it shows is the mock's, not the venue's.
await page.route(`${http}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
await page.goto(`${http}/`);
await page.evaluate(visit, [ws, JSON.parse(json)]);
await context.close();
await browser.close();
