import { setTimeout as sleep } from "node:timers/promises";
import { ClientError } from "../../protocol/errors.ts";
import { type ClientData, serverEvent } from "../../protocol/events.ts";
import { MAX_DEDUPE_ENTRIES, RATE_LIMIT, RATE_WINDOW_MS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import {
  append,
  EMPTY,
  type EntryRecord,
  readAfter,
  readBefore,
  toEntry,
} from "../store/history.ts";
import { queryLive } from "../store/live.ts";
import { requireLive } from "./access.ts";
import { handler } from "./handler.ts";
import { tell } from "./tell.ts";

/** Entries that are read before an append: where retries are found and floods are seen. */
const TAIL = 25;

/** How long in ms an append contends with others before the answer is `busy`. */
const CONTEND_MS = 3_000;
const MAX_JITTER_MS = 60;

/** Puts a message into the room's log, once, and tells everyone who is there. */
export const message = handler("message", async ({ connectionId, wantsAck }, data) => {
  const { room } = data;
  const [tail, { user }] = await Promise.all([
    readBefore(room, TAIL),
    requireLive(connectionId, room),
  ]);
  const record = (await findEarlier(tail, user, data)) ?? (await appendAfter(tail, user, data));

  // Read only now: who joins puts its live item before it reads the log, so that everyone either
  // is found here or finds the entry there. An earlier try may have died before it told anyone.
  const lives = await queryLive(room);
  // The sender's copy is the ack, if there is one.
  const recipients = lives.filter((live) => !(wantsAck && live.connectionId === connectionId));
  const entry = toEntry(record);
  await tell(room, recipients, serverEvent("message", entry, String(entry.at)));
  return { entry };
});

type Message = ClientData<"message">;

/** @throws {ClientError} `stale` if an earlier try may lie further back than is looked for */
async function findEarlier(
  tail: readonly EntryRecord[],
  user: User,
  { room, id, after }: Message,
): Promise<EntryRecord | undefined> {
  const found = findIn(tail, user, id);
  const oldest = tail[0]?.seq ?? 1;
  const head = tail.at(-1)?.seq ?? 0;
  // An `after` beyond the head counts as absent.
  if (found || after === undefined || after > head || after >= oldest - 1) return found;
  const entries = await readAfter(room, MAX_DEDUPE_ENTRIES, after);
  const earlier = findIn(entries, user, id);
  if (!earlier && (entries.at(-1)?.seq ?? 0) < oldest - 1) {
    throw new ClientError("stale", "Look for the message in the history after that seq");
  }
  return earlier;
}

function findIn(entries: readonly EntryRecord[], user: User, id: string): EntryRecord | undefined {
  return entries.find((entry) => entry.id === id && entry.author.id === user.id);
}

/** @throws {ClientError} `rate_limited`; `busy` if others were always faster */
async function appendAfter(
  tail: readonly EntryRecord[],
  user: User,
  { room, id, text }: Message,
): Promise<EntryRecord> {
  checkRate(tail, user);
  const deadline = Date.now() + CONTEND_MS;
  let last = tail.at(-1) ?? EMPTY;
  for (;;) {
    const entry: EntryRecord = {
      room,
      seq: last.seq + 1,
      kind: "message",
      id,
      author: user,
      at: Math.max(Date.now(), last.at + 1),
      text,
      count: last.count + 1,
    };
    // The condition that the seq is free makes the order dense and what was looked through
    // complete: nothing can have come in between.
    if (await append(entry)) return entry;
    if (Date.now() > deadline) throw new ClientError("busy", "Too many are speaking at once");
    await sleep(Math.random() * MAX_JITTER_MS);
    const newer = await readAfter(room, MAX_DEDUPE_ENTRIES, last.seq);
    const twin = findIn(newer, user, id);
    if (twin) return twin;
    last = newer.at(-1) ?? last;
  }
}

function checkRate(tail: readonly EntryRecord[], user: User): void {
  const since = Date.now() - RATE_WINDOW_MS;
  const recent = tail.filter((entry) => entry.author.id === user.id && entry.at > since);
  if (recent.length >= RATE_LIMIT) {
    throw new ClientError("rate_limited", "Too many messages in a few seconds");
  }
}
