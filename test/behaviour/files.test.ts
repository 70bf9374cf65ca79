import { randomUUID } from "node:crypto";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { postForm, upload } from "../support/uploads.ts";

/** Files of messages, through the running stack; most of it as a stranger would try to get at them. */

let stack: LocalStack;
let now: number | undefined;
let ada: Client;
let bob: Client;
const room = newRoom();

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "natter-files-"));
  stack = await startLocalStack({ storageClock: () => now ?? Date.now() }, { dataDir });
  [ada, bob] = await Promise.all([open("Ada"), open("Bob")]);
  for (const one of [bob, ada]) ok(await one.emit("joinRoom", { room }));
});
afterAll(() => stack.remove());
afterEach(() => {
  now = undefined;
});

const open = (name: string) => openBare(stack.origin, { name });
const announce = async (client: Client, more = {}) =>
  ok(await client.emit("upload", { room, name: "a.txt", type: "text/plain", size: 7, ...more }));
const send = (client: Client, files: string[], more = {}) =>
  client.emit("message", { ...newMessage(room, ""), files, ...more });
const ask = (client: Client, seq: number, file: string, more = {}) =>
  client.emit("file", { room, seq, file, ...more });
/** The address of a file, which must be given. */
const addressOf = async (client: Client, seq: number, file: string, more = {}) =>
  ok(await ask(client, seq, file, more)).url;
const bucket = async () => {
  const folder = join(stack.dataDir, "s3");
  const [files = ""] = (await readdir(folder)).filter((name) => name.startsWith("natter-files"));
  return (await readdir(join(folder, files))).length;
};

test("a message has files, which its readers download from another origin than the page's", async () => {
  const facts = { name: "ünïcode/../a.txt", type: "text/plain", size: 7 };
  const { file, post } = ok(await ada.emit("upload", { room, ...facts }));
  expect((await postForm(post, "content")).status).toBe(204);
  const { entry } = ok(await send(ada, [file]));
  expect(entry.files).toEqual([{ id: file, ...facts, name: "ünïcode_.._a.txt" }]);
  const [pushed] = await bob.heard.next("message", ({ id }: { id: string }) => id === entry.id);
  expect(pushed).toMatchObject({ files: [{ id: file }] });

  const url = await addressOf(bob, entry.seq, file);
  expect(new URL(url).origin).not.toBe(stack.origin);
  expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("300");
  const answer = await fetch(url, { headers: { range: "bytes=0-2" } });
  expect([answer.status, await answer.text()]).toEqual([206, "con"]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-disposition": "attachment; filename*=UTF-8''%C3%BCn%C3%AFcode_.._a.txt",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-type": "application/octet-stream",
    "x-content-type-options": "nosniff",
  });
});

test.each([
  ["image/png", "inline", "image/png"],
  ["video/mp4", "inline", "video/mp4"],
  ["image/svg+xml", "attachment", "application/octet-stream"],
  ["text/html", "attachment", "application/octet-stream"],
  ["application/pdf", "attachment", "application/octet-stream"],
])("a file that is announced as %s is sent as %s, with the type %s", async (type, how, sent) => {
  const file = await upload(ada, room, "<svg onload=alert(1)>", type);
  const { seq } = ok(await send(ada, [file])).entry;
  const { headers } = await fetch(await addressOf(bob, seq, file));
  expect(headers.get("content-disposition")).toMatch(new RegExp(`^${how};`));
  expect(headers.get("content-type")).toBe(sent);
  const download = await fetch(ok(await ask(bob, seq, file, { download: true })).url);
  expect(download.headers.get("content-disposition")).toMatch(/^attachment;/);
});

test("a message that is sent again has its files, once", async () => {
  const message = { ...newMessage(room, "look"), files: [await upload(ada, room)], after: 0 };
  const first = ok(await ada.emit("message", message)).entry;
  expect(ok(await ada.emit("message", message)).entry).toEqual(first);
  const other = { ...newMessage(room, "look"), files: message.files };
  expect(codeOf(await ada.emit("message", other))).toBe("forbidden");
  const many = [...message.files, ...message.files];
  expect(codeOf(await ada.emit("message", { ...message, files: Array(11).fill(many[0]) }))).toBe(
    "too_large",
  );
});

test("a message needs a text or a file", async () => {
  expect(await ada.emit("message", newMessage(room, ""))).toMatchObject({
    error: { code: "bad_request", message: "text must not be empty" },
  });
});

test("whoever deletes a message deletes its files", async () => {
  const before = await bucket();
  const file = await upload(ada, room);
  const { id, seq } = ok(await send(ada, [file])).entry;
  const url = await addressOf(bob, seq, file);
  ok(await ada.emit("delete", { room, id: randomUUID(), seq }));
  await expect.poll(bucket).toBe(before);
  expect((await fetch(url)).status).toBe(404);
  expect(codeOf(await ask(bob, seq, file))).toBe("not_found");

  // The message is no longer among the last 25 entries, so that it counts as a new one.
  for (let n = 0; n < 26; n++) ok(await (n % 2 ? ada : bob).emit("message", newMessage(room)));
  expect(codeOf(await send(ada, [file], { id }))).toBe("not_found");
});

test("a file's name is found by search", async () => {
  const { file, post } = await announce(ada, { name: "leaves.txt" });
  await postForm(post, "content");
  const { entry } = ok(await send(ada, [file]));
  const { entries } = ok(await bob.emit("search", { room, text: "leaves.txt" }));
  expect(entries.map(({ id }) => id)).toEqual([entry.id]);
});

test("a file that is larger than the deployment allows is refused before it is sent", async () => {
  const size = 25 * 1024 * 1024 + 1;
  const ack = await ada.emit("upload", { room, name: "a", type: "text/plain", size });
  expect(ack).toMatchObject({ error: { code: "too_large", message: "A file has at most 25 MB" } });
});

test("a new guest can upload some large files, and then waits", async () => {
  const eve = await open("Eve");
  ok(await eve.emit("joinRoom", { room }));
  const large = { room, name: "a", type: "video/mp4", size: 25 * 1024 * 1024 };
  const codes: string[] = [];
  for (let n = 0; n < 10; n++) codes.push(codeOf(await eve.emit("upload", large)));
  expect(codes.filter((code) => code === "ok").length).toBe(8);
  expect(codes.at(-1)).toBe("rate_limited");
});

test.each<[string, Record<string, string>, string, string]>([
  ["with another person's key", { key: "" }, "content", "Policy Condition failed"],
  [
    "with a key that leads up",
    { key: "../../../etc/passwd" },
    "content",
    "Policy Condition failed",
  ],
  [
    "with a key of another room",
    { key: `other-room/${randomUUID()}` },
    "content",
    "Condition failed",
  ],
  ["with another type", { "Content-Type": "text/html" }, "content", "Policy Condition failed"],
  ["without the tag by which it expires", { tagging: "" }, "content", "Policy Condition failed"],
  ["that is larger than announced", {}, "content!", "EntityTooLarge"],
  ["that is smaller than announced", {}, "conten", "EntityTooSmall"],
  ["with an altered signature", { "X-Amz-Signature": "0".repeat(64) }, "content", "Signature"],
])("storage refuses a file %s", async (_, changed, content, why) => {
  const [{ post }, foreign] = [await announce(ada), await announce(bob)];
  if (changed.key === "") changed.key = foreign.post.fields.key ?? "";
  const answer = await postForm(post, content, changed);
  expect([400, 403]).toContain(answer.status);
  expect(await answer.text()).toContain(why);
});

test("storage refuses a form once it has expired", async () => {
  const { post } = await announce(ada);
  // A small file takes two minutes at most.
  now = Date.now() + 2 * 60_000 + 2_000;
  expect(await (await postForm(post, "content")).text()).toContain("Policy expired");
});

test("a message cannot have what is not its author's, not for its room, or not uploaded", async () => {
  const file = await upload(ada, room);
  expect(codeOf(await send(bob, [file]))).toBe("not_found");
  const elsewhere = newRoom();
  ok(await ada.emit("joinRoom", { room: elsewhere }));
  expect(codeOf(await send(ada, [file], { room: elsewhere }))).toBe("not_found");
  const { file: empty } = await announce(ada);
  expect(await send(ada, [empty])).toMatchObject({
    error: { code: "not_found", message: "The file has not been uploaded" },
  });
  expect(codeOf(await send(ada, [randomUUID()]))).toBe("not_found");
});

test("what is posted after the message was sent changes nothing", async () => {
  const { file, post } = await announce(ada);
  await postForm(post, "before!");
  const { seq } = ok(await send(ada, [file])).entry;
  expect((await postForm(post, "swapped")).status).toBe(204);
  expect(await (await fetch(await addressOf(bob, seq, file))).text()).toBe("before!");
});

test("an address leads to its file alone, and for five minutes", async () => {
  const [one, two] = [await upload(ada, room, "one"), await upload(ada, room, "two")];
  const { seq } = ok(await send(ada, [one, two])).entry;
  const url = new URL(await addressOf(bob, seq, one));
  for (const [name, value] of [
    ["X-Amz-Expires", "604800"],
    ["response-content-type", "text/html"],
    ["versionId", "other"],
  ] as const) {
    const altered = new URL(url);
    altered.searchParams.set(name, value);
    expect((await fetch(altered)).status).toBe(403);
  }
  expect((await fetch(String(url).replace(one, two))).status).toBe(403);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  expect((await fetch(`${url.origin}${url.pathname}`)).status).toBe(403);
  const signedAt = (url.searchParams.get("X-Amz-Date") ?? "").replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  now = Date.parse(signedAt) + 300_000;
  expect((await fetch(url)).status).toBe(200);
  now += 1_000;
  expect((await fetch(url)).status).toBe(403);
});

test("a removed member gets no address, and an old one ends by itself", async () => {
  const { id } = ok(await ada.emit("createRoom", { name: "Tea", kind: "private" })).room;
  const tea = { room: id };
  ok(await ada.emit("invite", { ...tea, user: bob.session.user.id }));
  const file = await upload(ada, id);
  const { seq } = ok(await send(ada, [file], tea)).entry;
  const url = await addressOf(bob, seq, file, tea);
  ok(await ada.emit("remove", { ...tea, user: bob.session.user.id }));
  expect(codeOf(await ask(bob, seq, file, tea))).toBe("not_found");
  expect(codeOf(await bob.emit("upload", { ...tea, name: "a", type: "a/b", size: 1 }))).toBe(
    "not_found",
  );
  now = Date.now() + 301_000;
  expect((await fetch(url)).status).toBe(403);
});
