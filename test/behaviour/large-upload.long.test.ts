import { once } from "node:events";
import { request } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { AckData } from "../../protocol/events.ts";
import { newMessage, ok } from "../support/acks.ts";
import { openBare } from "../support/clients.ts";
import { startLocalStack } from "../support/local-stack.ts";

const MB = 1024 * 1024;
const SIZE = 25 * MB;

/** What may be on its way: buffers of the sockets, of the form's parser and of the file. */
const ON_ITS_WAY = 4 * MB;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** The bytes of buffers that are in use. */
function buffers(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/**
 * Posts a form with zeros for a file, as fast as they are taken.
 * @returns the answer's status, and the most bytes that buffers took meanwhile
 */
async function postZeros({ url, fields }: AckData["upload"]["post"]) {
  const boundary = "----natter";
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = 'Content-Disposition: form-data; name="file"; filename="zeros"';
  const posting = request(url, {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  });
  const answered = once(posting, "response");
  posting.write(`${parts.join("")}--${boundary}\r\n${file}\r\n\r\n`);
  const zeros = Buffer.alloc(MB / 4);
  let most = 0;
  for (let sent = 0; sent < SIZE; sent += zeros.length) {
    if (!posting.write(zeros)) await once(posting, "drain");
    most = Math.max(most, buffers());
  }
  posting.end(`\r\n--${boundary}--\r\n`);
  const [answer] = await answered;
  answer.resume();
  return { status: answer.statusCode, most };
}

test("the largest file goes to the disk as it comes, so that memory does not grow with it", async () => {
  const stack = await startLocalStack();
  try {
    const ada = await openBare(stack.origin, { name: "Ada" });
    const room = "lobby";
    const facts = { room, name: "zeros", type: "application/octet-stream", size: SIZE };
    const { file, post } = ok(await ada.emit("upload", facts));
    const before = buffers();
    const { status, most } = await postZeros(post);
    expect(status).toBe(204);
    expect(most - before).toBeLessThan(ON_ITS_WAY);
    const { entry } = ok(await ada.emit("message", { ...newMessage(room, ""), files: [file] }));
    const { url } = ok(await ada.emit("file", { room, seq: entry.seq, file }));
    expect((await fetch(url)).headers.get("content-length")).toBe(String(SIZE));
    await ada.close();
  } finally {
    await stack.remove();
  }
});
