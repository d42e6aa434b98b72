// What a page does in a browser that is recorded: it fetches, and follows a socket to its end.
//
// The function is run where the page is, so it uses nothing from around it.

export const visit = async ([ws, what]) => {
  for (const path of what.paths) await (await fetch(path, { headers: { Authorization: `Bearer ${what.key}` } })).text();
  const socket = new WebSocket(ws);
  let tickers = 0;
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("nothing came")), 30_000);
    socket.onerror = () => reject(new Error("the socket failed"));
    socket.onopen = () => what.sent.forEach((message) => socket.send(message));
    socket.onmessage = ({ data }) => {
      if (data.includes(what.ticker) && ++tickers === what.tickers) socket.send(what.last);
      if (data.includes(what.end)) resolve();
    };
  });
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  socket.close();
  await closed;
};
