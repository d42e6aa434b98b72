// Follows feeds with the package `ws`, and prints how many messages came.
//
// Usage: by_ws.mjs WS JSON

import WebSocket from "ws";

const [address, json] = process.argv.slice(2);
const what = JSON.parse(json);
const socket = new WebSocket(address);
let messages = 0;
let tickers = 0;
const late = setTimeout(() => socket.terminate(), 30_000);
socket.on("open", () => what.sent.forEach((message) => socket.send(message)));
socket.on("message", (data) => {
  messages += 1;
  const text = data.toString();
  if (text.includes(what.ticker) && ++tickers === what.tickers) socket.send(what.last);
  if (text.includes(what.end)) socket.close();
});
socket.on("close", () => {
  clearTimeout(late);
  console.log(messages);
  process.exit(tickers < what.tickers ? 1 : 0);
});
