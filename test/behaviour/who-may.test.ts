import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { AnyEventName } from "../../protocol/events.ts";
import { codeOf, newMessage, ok } from "../support/acks.ts";
import { type Client, type OpenClient, openAdapter, openStock } from "../support/clients.ts";
import { upload } from "../support/uploads.ts";
import { createRoom, ofRoom, stack } from "./world.ts";

/** Who may do what in a room. SECURITY.md shows this table. */

const clients: Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

type Kind = "public" | "private";

/** A room with a message and a file of another member's, and those who are in it, were in it, or never were. */
interface World {
  room: string;
  file: string;
  owner: Client;
  member: Client;
  former: Client;
  stranger: Client;
  /** One more member. */
  other: Client;
}

/** The data of an event, as one of the room's people would send it. */
type Asking = (world: World, me: Client) => object;

const inRoom: Asking = ({ room }) => ({ room });
const onMessage: Asking = ({ room }) => ({ room, id: randomUUID(), seq: 1 });
const idOf = ({ session }: Client) => session.user.id;

/** The codes for strangers and former members, of a public room and of a private one, and the others. */
type Codes = [outsidePublic: string, outsidePrivate: string, member: string, owner: string];

/**
 * What each may do. Members and the owner try it in this order, those outside in the reverse one: so
 * everybody comes last to what makes the room theirs, or not theirs any more.
 */
const ROWS: [title: string, event: AnyEventName, ask: Asking, ...codes: Codes][] = [
  ["`joinRoom`", "joinRoom", inRoom, "ok", "not_found", "ok", "ok"],
  ["`getRoom`", "getRoom", inRoom, "ok", "not_found", "ok", "ok"],
  ["`people` of the room", "people", inRoom, "ok", "not_found", "ok", "ok"],
  ["`history`", "history", inRoom, "forbidden", "not_found", "ok", "ok"],
  [
    "`search` in the room",
    "search",
    ({ room }) => ({ room, text: "hi" }),
    "forbidden",
    "not_found",
    "ok",
    "ok",
  ],
  ["`typing`", "typing", inRoom, "forbidden", "not_found", "ok", "ok"],
  ["`game:move`, a custom event", "game:move", inRoom, "forbidden", "not_found", "ok", "ok"],
  ["`read`", "read", ({ room }) => ({ room, seq: 1 }), "forbidden", "not_found", "ok", "ok"],
  ["`message`", "message", ({ room }) => newMessage(room), "forbidden", "not_found", "ok", "ok"],
  [
    "`upload`",
    "upload",
    ({ room }) => ({ room, name: "a", type: "text/plain", size: 1 }),
    "forbidden",
    "not_found",
    "ok",
    "ok",
  ],
  [
    "`file` of a message",
    "file",
    ({ room, file }) => ({ room, seq: 1, file }),
    "forbidden",
    "not_found",
    "ok",
    "ok",
  ],
  [
    "`react`",
    "react",
    (world, me) => ({ ...onMessage(world, me), emoji: "👍" }),
    "forbidden",
    "not_found",
    "ok",
    "ok",
  ],
  [
    "`edit` another's message",
    "edit",
    (world, me) => ({ ...onMessage(world, me), text: "x" }),
    "forbidden",
    "not_found",
    "forbidden",
    "forbidden",
  ],
  ["`delete` another's message", "delete", onMessage, "forbidden", "not_found", "forbidden", "ok"],
  [
    "`setRoom`",
    "setRoom",
    ({ room }) => ({ room, topic: "x" }),
    "forbidden",
    "not_found",
    "forbidden",
    "ok",
  ],
  [
    "`setRoom` with another owner",
    "setRoom",
    ({ room }, me) => ({ room, owner: idOf(me) }),
    "forbidden",
    "not_found",
    "forbidden",
    "ok",
  ],
  [
    "`invite`",
    "invite",
    ({ room, other }) => ({ room, user: idOf(other) }),
    "forbidden",
    "not_found",
    "ok",
    "ok",
  ],
  [
    "`remove` another",
    "remove",
    ({ room, other }) => ({ room, user: idOf(other) }),
    "forbidden",
    "not_found",
    "forbidden",
    "ok",
  ],
  ["`leaveRoom`", "leaveRoom", inRoom, "forbidden", "not_found", "ok", "ok"],
];
async function makeWorld(kind: Kind, open: OpenClient): Promise<World> {
  const names = ["owner", "member", "former", "stranger", "other"] as const;
  const come = async (name: string) => {
    const client = await open(stack.origin, { name });
    clients.push(client);
    return client;
  };
  const [owner, member, former, stranger, other] = await Promise.all(names.map(come));
  if (!owner || !member || !former || !stranger || !other) throw new Error("Somebody is missing");
  const { id: room } = await createRoom(owner, kind);
  for (const one of [member, former, other]) {
    ok(await owner.emit("invite", { room, user: idOf(one) }));
    await one.heard.next("room", ofRoom(room));
  }
  const file = await upload(other, room);
  ok(await other.emit("message", { ...newMessage(room, "hi"), files: [file] }));
  ok(await owner.emit("remove", { room, user: idOf(former) }));
  return { room, file, owner, member, former, stranger, other };
}

describe.each([
  ["our adapter", openAdapter],
  ["a stock client", openStock],
] as const)("with %s", (_, open) => {
  test.each(["public", "private"] as const)(
    "in a %s room each may do what the table says",
    async (kind) => {
      const world = await makeWorld(kind, open);
      const { stranger, former, member, owner } = world;
      const outside = kind === "public" ? 0 : 1;
      for (const [name, me, column, rows] of [
        ["stranger", stranger, outside, ROWS.toReversed()],
        ["former member", former, outside, ROWS.toReversed()],
        ["member", member, 2, ROWS],
        ["owner", owner, 3, ROWS],
      ] as const) {
        for (const [title, event, ask, ...codes] of rows) {
          const ack = await me.emit(event, ask(world, me) as never);
          expect(codeOf(ack), `${name}: ${title}`).toBe(codes[column]);
        }
      }
    },
  );
});

test("SECURITY.md shows the table", () => {
  const path = fileURLToPath(new URL("../../SECURITY.md", import.meta.url));
  const shown = readFileSync(path, "utf8").match(/^\| `.*\|$/gm);
  const cell = (code: string) => (code === "ok" ? "yes" : `\`${code}\``);
  expect(shown).toEqual(
    ROWS.map(([title, , , ...codes]) => `| ${title} | ${codes.map(cell).join(" | ")} |`),
  );
});
