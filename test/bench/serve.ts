import { createServer } from "node:net";

/**
 * Answers HTTP requests with 200 after some ms, with as little work as possible: for the bench of the
 * posts, in a process of its own.
 */

const delay = Number(process.argv[2]);
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

const server = createServer((socket) => {
  let text = "";
  socket.setNoDelay(true).setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    text += chunk;
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      const [, length = 0] = /content-length: (\d+)/i.exec(text.slice(0, end)) ?? [];
      const next = end + 4 + Number(length);
      if (text.length < next) return;
      text = text.slice(next);
      if (delay === 0) socket.write(ANSWER);
      else setTimeout(() => socket.write(ANSWER), delay);
    }
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
