import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test, vi } from "vitest";
import { newToken } from "../../functions/chat/identity/tokens.ts";
import { parallel } from "../../functions/parallel.ts";
import { putEntry } from "../../functions/store/entries.ts";
import { putFile } from "../../functions/store/files.ts";
import { person } from "../../functions/store/items.ts";
import { putLive } from "../../functions/store/live.ts";
import { listMember } from "../../functions/store/memberships.ts";
import { listIfNew, putPublicRoom, putRoom } from "../../functions/store/room-records.ts";
import { putSession } from "../../functions/store/session-records.ts";
import {
  MAX_CONNECTIONS,
  MAX_FILE_NAME_LENGTH,
  MAX_FILES,
  MAX_POSTS,
  MAX_ROOMS,
  MAX_SESSIONS,
} from "../../protocol/limits.ts";
import { isReserved } from "../../protocol/rooms.ts";
import { documents } from "../support/tables/setup.ts";
import {
  closeConnection,
  closed,
  connect,
  costOf,
  emit,
  fillBudget,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newTab,
  posted,
  sendFrame,
  stopClock,
} from "./world.ts";

/** The worst states that clients can bring about, and what the dearest frame of each event costs in them. */
mockPosts();

const docs = readFileSync(fileURLToPath(new URL("../../docs/work.md", import.meta.url)), "utf8");

type Person = Awaited<ReturnType<typeof newPerson>>;
interface User {
  id: string;
  name: string;
}

/** The longest name and topic, in bytes. */
const NAME = "語".repeat(32);
const TOPIC = "語".repeat(256);
const newId = () => randomBytes(10).toString("hex");
const newUser = (): User => ({ id: newId(), name: NAME });
const EMOJI = [..."😀😃😄😁😆😅😂🙂🙃😉😊😇😍😘😗😙😚😋😛😜"];
const reactions = EMOJI.map((emoji) => ({ emoji, users: Array.from({ length: 10 }, newId) }));

/** As many files as a message can have, with the longest names and types. */
const FILES = Array.from({ length: MAX_FILES }, () => ({
  id: randomUUID(),
  name: "語".repeat(MAX_FILE_NAME_LENGTH),
  type: `image/${"x".repeat(90)}`,
  size: 1,
  preview: "A".repeat(64),
  version: "x".repeat(32),
}));

/** Writes the largest messages that people can write, with replies to each other. */
async function fillLog(room: string, entries: number): Promise<void> {
  await parallel(Array(entries).keys(), (n) =>
    putEntry({
      ...newMessage(room, "👍".repeat(4_000)),
      seq: n + 1,
      kind: "message",
      author: newUser(),
      at: Date.now() - 10_000 + n,
      count: n + 1,
      reactions,
      ...(n > 60 && { replyTo: n - 60 }),
      ...(n === 0 && room === "hall" && { files: FILES, text: "👍".repeat(3_000) }),
    }),
  );
}

/** Makes a room full of people who watch it, each with two connections. */
async function newHall(room: string, owner: string, { entries = 120, lives = 158 } = {}) {
  const named = { id: room, name: NAME, topic: TOPIC, owner };
  await (isReserved(room) ? putRoom({ ...named, kind: "private" }) : putPublicRoom(named));
  await fillLog(room, entries);
  const users = Array.from({ length: lives / 2 }, newUser);
  await parallel([...users, ...users], (user) =>
    putLive(room, {
      connectionId: newConnectionId(),
      user,
      dialect: "envelope",
      watching: true,
    }),
  );
}

/** Makes somebody a member with as many unread mentions as are kept. */
async function enroll(id: string, room: string): Promise<void> {
  const mentions = new Set(Array.from({ length: 100 }, (_, n) => 1_000_000 + n));
  const entry = { entry: `room#${room}`, since: 1, read: { seq: 1, count: 1 }, mentions, v: 1 };
  const Item = { room: person(id), ...entry };
  await documents.send(new PutCommand({ TableName: process.env.ROOMS_TABLE, Item }));
}

/** A person with as many connections as one can have. */
async function newMost(): Promise<Person> {
  const one = await newPerson(NAME);
  for (let n = 1; n < MAX_CONNECTIONS; n++) await newTab(one.token);
  return one;
}

async function beginSession({ user }: Person) {
  const token = newToken(user.id);
  await putSession(user.id, token.hash, { device: "x".repeat(256), signedIn: false });
  return token;
}

const ROOMS = Array.from({ length: MAX_ROOMS - 1 }, (_, n) => `m-${n}`.padEnd(60, "0"));

/** Makes somebody a member of 100 rooms. The rooms that are read first are full. */
async function enrollInMost({ user }: Person): Promise<void> {
  for (const [n, room] of ROOMS.toSorted().entries()) {
    await newHall(room, user.id, n < 20 ? { entries: 12, lives: 178 } : { entries: 1, lives: 2 });
    await enroll(user.id, room);
  }
}

test("no frame costs more than promise 11 says, and docs/work.md has what each costs at most", async () => {
  stopClock();
  const rows = new Map<string, [units: number, writes: number, posts: number]>();
  const measure = async (name: string, run: () => Promise<unknown>) => {
    const { units, writes, posts } = await costOf(async () => {
      const answer = await run();
      expect(JSON.stringify(answer) ?? "", name).not.toMatch(
        /"error":{"code":"(?!stale)|"connect_error"/,
      );
    });
    rows.set(name, [units, writes, posts]);
  };
  const emitAs = async (name: string, one: Person, event: string, data: object) => {
    await fillBudget(one);
    await measure(name, () => emit(one.connectionId, event, data));
  };
  const change = (seq: number) => ({ room: "hall", id: randomUUID(), seq });
  const longest = () => ({ ...newMessage("hall", "👍".repeat(4_000)), replyTo: 2 });

  const [ada, bob, cy] = await Promise.all([newMost(), newMost(), newMost()]);
  await parallel(Array(200).keys(), (n) => listIfNew({ id: `a-${n}`, name: NAME, topic: TOPIC }));
  await newHall("hall", ada.user.id);
  await emitAs("`joinRoom`", ada, "joinRoom", { room: "hall" });
  const members = Array.from({ length: 1_000 }, () => ({ id: `f${newId().slice(1)}`, name: NAME }));
  await parallel(members, (user) => listMember("hall", { user, since: Date.now() + 60_000 }));
  await emitAs("`getRoom`", bob, "getRoom", { room: "hall" });
  await emitAs("`history`", ada, "history", { room: "hall", before: 120, limit: 100 });
  await emitAs("`read`", ada, "read", { room: "hall", seq: 1, unread: true });
  await emitAs("`typing`", ada, "typing", { room: "hall" });
  await emitAs("`game:move`, a custom event", ada, "game:move", { room: "hall" });
  await emitAs("`people`", ada, "people", { room: "hall", limit: 100 });
  const mentions = members.slice(0, 10).map(({ id }) => id);
  for (const id of mentions) await enroll(id, "hall");
  await emitAs("`upload`", ada, "upload", { room: "hall", name: "a", type: "a/b", size: 1 });
  const files = FILES.map(({ id }) => id);
  for (const { id, ...file } of FILES) await putFile(ada.user.id, id, { to: "hall", ...file });
  const text = "👍".repeat(3_000);
  await emitAs("`message` with 10 files", ada, "message", {
    ...longest(),
    text,
    mentions,
    files,
    after: 118,
  });
  await emitAs("`message` that is `stale`", ada, "message", { ...longest(), after: 1 });
  await emitAs("`edit`", ada, "edit", { ...change(121), text: "語".repeat(4_000) });
  await emitAs("`react`", ada, "react", { ...change(121), emoji: "👍" });
  await emitAs("`file`", ada, "file", { room: "hall", seq: 1, file: files[0] });
  await emitAs("`delete` of a message with files", ada, "delete", change(1));
  await emitAs("`setRoom`", ada, "setRoom", { room: "hall", topic: TOPIC.slice(1) });
  await emitAs("`invite`", ada, "invite", { room: "hall", user: bob.user.id });
  await emitAs("`remove`", ada, "remove", { room: "hall", user: bob.user.id });
  await emit(bob.connectionId, "joinRoom", { room: "hall" });
  await emitAs("`leaveRoom`, by the owner", ada, "leaveRoom", { room: "hall" });
  await emitAs("`createRoom`", ada, "createRoom", { name: NAME, topic: TOPIC });
  await emitAs("`direct`", ada, "direct", { user: bob.user.id });

  await newHall("p-hall", ada.user.id);
  await enroll(ada.user.id, "p-hall");
  const asked = { room: "p-hall", topic: TOPIC.slice(1), invite: true };
  await emitAs("`setRoom` that makes an invitation", ada, "setRoom", asked);
  const { invite } = await emit(ada.connectionId, "setRoom", asked);
  await emitAs("`joinRoom` by an invitation", bob, "joinRoom", { room: "p-hall", invite });

  await enrollInMost(cy);
  const heads = Object.fromEntries(ROOMS.slice(0, 20).map((room) => [room, 0]));
  await emitAs("`rooms`", cy, "rooms", { limit: 100 });
  await emitAs("`search`", cy, "search", { text: "nothing" });
  await measure("`connect`, a new guest", () => connect(newConnectionId(), { name: NAME }));
  const tab = newConnectionId();
  await measure("`connect`, the 21st to 100 rooms", () => connect(tab, { token: cy.token }));
  await emitAs("`rename`", { ...cy, connectionId: tab }, "rename", { name: "x" });
  await emitAs("`heads`", { ...cy, connectionId: tab }, "heads", { rooms: heads });
  const begun = Date.now();
  let last = tab;
  for (let n = 0; n < MAX_CONNECTIONS; n++) {
    // The oldest are closed, to the second.
    vi.setSystemTime(Date.now() + 1_000);
    last = await newTab(cy.token);
  }
  for (const id of closed) await closeConnection(id);
  const most = { ...cy, connectionId: last };
  // The first session has all of the connections, and was used before the others.
  for (let n = 2; n < MAX_SESSIONS; n++) await beginSession(cy);
  await emitAs("`sessions`", most, "sessions", {});
  await emitAs("`link`", most, "link", {});
  const { code } = await emit(await newTab((await beginSession(cy)).text), "link", {});
  const phone = newConnectionId();
  await measure("`connect` by a link, which ends a session", () => connect(phone, { link: code }));
  for (const [title, event, data] of [
    ["`endSession`", "endSession", (session: string) => ({ session })],
    ["`signOut`", "signOut", () => ({ everywhere: true })],
  ] as const) {
    const { text, hash } = await beginSession(cy);
    // Those that there are already are older, and are closed first.
    vi.setSystemTime(Date.now() + 1_000);
    for (let n = 0; n < MAX_CONNECTIONS; n++) last = await newTab(text);
    for (const id of closed) await closeConnection(id);
    await emitAs(title, { ...cy, connectionId: last }, event, data(hash));
  }

  // What a client that recovers has missed is of the last half minute.
  vi.setSystemTime(begun);
  const again = await newPerson(NAME);
  for (const room of ROOMS) await enroll(again.user.id, room);
  const { data } = Object(
    posted.find(({ connectionId }) => connectionId === again.connectionId)?.packet,
  );
  await closeConnection(again.connectionId);
  const auth = { token: again.token, pid: data.pid, offset: "0" };
  await fillBudget(again);
  const back = newConnectionId();
  await measure("`connect`, recovering in 100 rooms", () => connect(back, auth));
  await measure("`disconnect`", () => sendFrame(back, '{"action":"disconnect"}'));

  const table = (docs.match(/^\| `(?:[^|]*\|){4}$/gm) ?? []).map((line) => line.split(" | "));
  expect(table.map(([name]) => name?.slice("| ".length))).toEqual([...rows.keys()]);
  for (const [index, [name, [units, writes, posts]]] of [...rows].entries()) {
    const [mostUnits = 0, mostWrites = 0, mostPosts = 0] = (table[index] ?? [])
      .slice(1)
      .map(Number.parseFloat);
    // Which of several rooms is read first differs, and so does where reading ends.
    expect.soft(units, `${name}: read units`).toBeLessThanOrEqual(mostUnits);
    expect.soft(units, `${name}: read units`).toBeGreaterThan(mostUnits - 40);
    expect.soft(writes, `${name}: writes`).toBeLessThanOrEqual(mostWrites);
    expect.soft(writes, `${name}: writes`).toBeGreaterThan(mostWrites - 12);
    expect.soft(posts, `${name}: posts`).toBeLessThanOrEqual(mostPosts);
    expect.soft(posts, `${name}: posts`).toBeGreaterThan(mostPosts - 12);
    const isConnect = name.startsWith("`connect`");
    expect.soft(mostUnits, name).toBeLessThanOrEqual(isConnect ? 300 + 8 * MAX_ROOMS : 300);
    expect.soft(mostWrites, name).toBeLessThanOrEqual(150);
    expect.soft(mostPosts, name).toBeLessThanOrEqual(MAX_POSTS);
  }
});
