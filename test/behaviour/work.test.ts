import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { Counts } from "../../local/src/run.ts";
import { newMessage, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { tablesOf } from "../support/stored.ts";
import { upload } from "../support/uploads.ts";

/** docs/work.md says what each event costs; the local stack's counters must agree. */

const docs = readFileSync(fileURLToPath(new URL("../../docs/work.md", import.meta.url)), "utf8");

const ROOM = "work";
/** A text of usual length: a longer one costs more. */
const TEXT = "Shall we meet at the station at half past seven, as last time?";

const FILE = { name: "a.txt", type: "text/plain", size: 7 };

interface World {
  stack: LocalStack;
  /** Ada sends everything; two others are in the room. */
  ada: Client;
  bob: Client;
  cy: Client;
  /** `seq` of a message of Ada's that nobody has changed. */
  fresh(): Promise<number>;
  /** Resets the counters. */
  reset(): void;
}

/** A row: its name, the counters' name for its route and event, and the event. */
type Row = [name: string, origin: string, run: (world: World) => Promise<unknown>];

const change = (seq: number) => ({ room: ROOM, id: randomUUID(), seq });

const ROWS: Row[] = [
  [
    "`joinRoom`, as a member",
    "joinRoom",
    async ({ ada }) => ok(await ada.emit("joinRoom", { room: ROOM })),
  ],
  [
    "`message`",
    "message",
    async ({ ada }) => ok(await ada.emit("message", newMessage(ROOM, TEXT))),
  ],
  [
    "`message` that answers one and mentions 2",
    "message",
    async ({ ada, bob, cy }) =>
      ok(
        await ada.emit("message", {
          ...newMessage(ROOM, TEXT),
          replyTo: 1,
          mentions: [bob.session.user.id, cy.session.user.id],
        }),
      ),
  ],
  [
    "`upload`",
    "$default upload",
    async ({ ada }) => ok(await ada.emit("upload", { room: ROOM, ...FILE })),
  ],
  [
    "`message` with 2 files",
    "message",
    async ({ ada, reset }) => {
      const files = [await upload(ada, ROOM), await upload(ada, ROOM)];
      reset();
      ok(await ada.emit("message", { ...newMessage(ROOM, TEXT), files }));
    },
  ],
  [
    "`file`",
    "$default file",
    async ({ ada, reset }) => {
      const file = await upload(ada, ROOM);
      const { entry } = ok(await ada.emit("message", { ...newMessage(ROOM, TEXT), files: [file] }));
      reset();
      ok(await ada.emit("file", { room: ROOM, seq: entry.seq, file }));
    },
  ],
  [
    "`edit`",
    "$default edit",
    async ({ ada, fresh }) => ok(await ada.emit("edit", { ...change(await fresh()), text: "Yes" })),
  ],
  [
    "`react`",
    "$default react",
    async ({ ada, fresh }) =>
      ok(await ada.emit("react", { ...change(await fresh()), emoji: "👍" })),
  ],
  [
    "`react` to an old message",
    "$default react",
    async ({ ada }) => ok(await ada.emit("react", { ...change(1), emoji: "👍" })),
  ],
  [
    "`delete`",
    "$default delete",
    async ({ ada, fresh }) => ok(await ada.emit("delete", change(await fresh()))),
  ],
  [
    "`history`, 20 messages",
    "$default history",
    async ({ ada }) => ok(await ada.emit("history", { room: ROOM, limit: 20, before: 22 })),
  ],
  [
    "`history` with changes of older ones",
    "$default history",
    async ({ ada }) => ok(await ada.emit("history", { room: ROOM, limit: 2 })),
  ],
  [
    "`read`, of one mention",
    "$default read",
    async ({ bob }) => ok(await bob.emit("read", { room: ROOM, seq: 32 })),
  ],
  [
    "`search` in one room",
    "$default search",
    async ({ ada }) => ok(await ada.emit("search", { text: "station", room: ROOM })),
  ],
  [
    "`search` in 2 rooms",
    "$default search",
    async ({ ada }) => ok(await ada.emit("search", { text: "station" })),
  ],
  [
    "`heads` of a room",
    "$default heads",
    async ({ ada }) => ok(await ada.emit("heads", { rooms: { [ROOM]: 0 } })),
  ],
  ["`rooms`", "$default rooms", async ({ ada }) => ok(await ada.emit("rooms", {}))],
  [
    "`getRoom`",
    "$default getRoom",
    async ({ ada }) => ok(await ada.emit("getRoom", { room: ROOM })),
  ],
  [
    "`createRoom`",
    "$default createRoom",
    async ({ ada }) => ok(await ada.emit("createRoom", { name: "Tea", kind: "private" })),
  ],
  [
    "`setRoom`",
    "$default setRoom",
    async ({ ada }) => ok(await ada.emit("setRoom", { room: ROOM, topic: "Trains" })),
  ],
  ["`people`", "$default people", async ({ ada }) => ok(await ada.emit("people", { room: ROOM }))],
  ["`typing`", "$default typing", async ({ ada }) => ok(await ada.emit("typing", { room: ROOM }))],
  [
    "`game:move`, a custom event",
    "$default game:move",
    async ({ ada }) => ok(await ada.emit("game:move", { room: ROOM })),
  ],
  [
    "`direct`, the first time",
    "$default direct",
    async ({ ada, bob }) => ok(await ada.emit("direct", { user: bob.session.user.id })),
  ],
  [
    "`message` in a direct room",
    "message",
    async ({ ada, bob, reset }) => {
      const { room } = ok(await ada.emit("direct", { user: bob.session.user.id }));
      reset();
      ok(await ada.emit("message", newMessage(room.id, TEXT)));
    },
  ],
  [
    "`remove`",
    "$default remove",
    async ({ ada, cy }) => ok(await ada.emit("remove", { room: ROOM, user: cy.session.user.id })),
  ],
  [
    "`invite`",
    "$default invite",
    async ({ ada, cy }) => ok(await ada.emit("invite", { room: ROOM, user: cy.session.user.id })),
  ],
  [
    "`rename`, in 4 rooms",
    "$default rename",
    async ({ ada }) => ok(await ada.emit("rename", { name: "Ada L." })),
  ],
  [
    "`leaveRoom`",
    "$default leaveRoom",
    async ({ cy }) => ok(await cy.emit("leaveRoom", { room: ROOM })),
  ],
  [
    "`joinRoom`, a room that exists",
    "joinRoom",
    async ({ cy }) => ok(await cy.emit("joinRoom", { room: ROOM })),
  ],
  [
    "`leaveRoom`, by the owner",
    "$default leaveRoom",
    async ({ ada }) => ok(await ada.emit("leaveRoom", { room: ROOM })),
  ],
  [
    "`message`, where 25 were written in 5 seconds",
    "message",
    async ({ stack, bob, cy, reset }) => {
      const eve = await openBare(stack.origin, { name: "Eve" });
      ok(await eve.emit("joinRoom", { room: ROOM }));
      for (let n = 0; n < 25; n++) {
        ok(await (n % 2 ? bob : cy).emit("message", newMessage(ROOM, TEXT)));
      }
      reset();
      ok(await eve.emit("message", newMessage(ROOM, TEXT)));
    },
  ],
  [
    "`connect`, a new guest",
    "$default connect",
    ({ stack }) => openBare(stack.origin, { name: "Dee" }),
  ],
  [
    "`connect`, returning to 3 rooms",
    "$default connect",
    ({ stack, bob }) => openBare(stack.origin, { token: bob.session.token ?? "" }),
  ],
  ["`link`", "$default link", async ({ bob }) => ok(await bob.emit("link", {}))],
  ["`sessions`", "$default sessions", async ({ bob }) => ok(await bob.emit("sessions", {}))],
  [
    "`connect` by a link",
    "$default connect",
    async ({ stack, bob, reset }) => {
      const { code } = ok(await bob.emit("link", {}));
      reset();
      await openBare(stack.origin, { link: code });
    },
  ],
  [
    "`endSession`, with one connection",
    "$default endSession",
    async ({ bob, reset }) => {
      const { sessions } = ok(await bob.emit("sessions", {}));
      const other = sessions.find(({ current }) => !current);
      reset();
      ok(await bob.emit("endSession", { session: other?.id ?? "" }));
    },
  ],
  ["`signOut`", "$default signOut", async ({ cy }) => ok(await cy.emit("signOut", {}))],
];

const COLUMNS: (keyof Counts)[] = ["reads", "writes", "readUnits", "writeUnits", "posts"];

/** Three in a room with a log of 30 messages, and in the lobby. */
async function setUp(stack: LocalStack): Promise<World> {
  const [ada, bob, cy] = await Promise.all([
    openBare(stack.origin, { name: "Ada" }),
    openBare(stack.origin, { name: "Bob" }),
    openBare(stack.origin, { name: "Cy" }),
  ]);
  const people = [ada, bob, cy];
  for (const person of people) ok(await person.emit("joinRoom", { room: ROOM }));
  for (let n = 0; n < 30; n++) {
    ok(await (people[n % 3] ?? ada).emit("message", newMessage(ROOM, TEXT)));
  }
  await age(stack, 30);
  const fresh = async () => ok(await ada.emit("message", newMessage(ROOM, TEXT))).entry.seq;
  return { stack, ada, bob, cy, fresh, reset: () => stack.runtime.counters.reset() };
}

/** Makes the first messages older than the seconds in which messages are counted. */
async function age(stack: LocalStack, messages: number): Promise<void> {
  const { db, history } = tablesOf(stack);
  for (let seq = 1; seq <= messages; seq++) {
    const update = { UpdateExpression: "SET #at = :at", ExpressionAttributeNames: { "#at": "at" } };
    const ExpressionAttributeValues = { ":at": Date.now() - 60_000 + seq };
    const Key = { room: ROOM, seq };
    await db.send(
      new UpdateCommand({ TableName: history, Key, ...update, ExpressionAttributeValues }),
    );
  }
}

test("docs/work.md says what each event reads, writes and posts", async () => {
  const stack = await startLocalStack();
  try {
    const world = await setUp(stack);
    const { counters } = stack.runtime;
    const lines: string[] = [];
    for (const [name, origin, run] of ROWS) {
      counters.reset();
      await run(world);
      const { [origin]: counts } = counters.snapshot();
      expect(counts?.invocations, name).toBe(1);
      lines.push(`| ${name} | ${COLUMNS.map((column) => counts?.[column]).join(" | ")} |`);
    }
    expect(docs.match(/^\| `(?:[^|]*\|){6}$/gm)).toEqual(lines);
  } finally {
    await stack.remove();
  }
});
