// Posts a picture: node picture.mjs sea.png http://localhost:3000
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { io } from "socket.io-client";

const [path = "sea.png", origin = "http://localhost:3000"] = process.argv.slice(2);
const room = "pictures";
const content = await readFile(path);
const type = `image/${extname(path).slice(1).replace("jpg", "jpeg")}`;

const socket = io(origin, { transports: ["websocket"], auth: { name: "Painter" } });
socket.on("connect_error", ({ message }) => console.error(message));
await ask("joinRoom", { room });

// 1. Announce the file. With width and height, pages reserve its space before it has loaded.
const name = basename(path);
const { file, post } = await ask("upload", { room, name, type, size: content.length });
// 2. Post it to the storage: the form's fields as they came, and the file last.
const form = new FormData();
for (const [field, value] of Object.entries(post.fields)) form.append(field, value);
form.append("file", new Blob([content]));
const { status } = await fetch(post.url, { method: "POST", body: form });
if (status !== 204) throw new Error(`The storage answered ${status}`);
// 3. Send the message that has it. Its text may be empty.
const { entry } = await ask("message", { room, id: randomUUID(), text: "", files: [file] });

// Whoever is in the room can ask for an address, which is valid for five minutes.
const { url } = await ask("file", { room, seq: entry.seq, file });
console.log(url);
socket.close();

async function ask(event, data) {
  const { ok, error, ...answer } = await socket.emitWithAck(event, data);
  if (!ok) throw new Error(`${error.code}: ${error.message}`);
  return answer;
}
