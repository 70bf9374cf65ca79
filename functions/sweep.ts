import * as v from "valibot";
import { PRIVATE_PREFIX } from "../protocol/rooms.ts";
import { close, isGone } from "./aws/posts.ts";
import { endConnections, expel } from "./chat/end-connection.ts";
import { finishTodo, finishTodos } from "./chat/jobs.ts";
import { MAX_LOOKED_AT } from "./chat/telling/presence.ts";
import { beginLog, type LambdaContext, log, requireEnv } from "./lambda.ts";
import { parallel } from "./parallel.ts";
import { type ConnectionItem, scanConnections } from "./store/connections.ts";
import { readHead } from "./store/entries.ts";
import { secondsFromNow } from "./store/items.ts";
import { type Listing, noteActivity, noteOnline, queryDirectory } from "./store/room-records.ts";
import { tryToPush } from "./wire/dialects.ts";

// `aws/invocations.ts` reads it.
requireEnv("DELIVER_FUNCTION");

/** In ms: API Gateway may not know a younger connection everywhere yet. */
const MIN_AGE_MS = 60_000;

/** ms for the pings of a page of connections. A client survives the loss of one. */
const PING_WITHIN_MS = 20_000;

/** Asks for one job at once, instead of a sweep. */
const Job = v.object({ todo: v.string() });

/**
 * Finishes the jobs that are left, ends the connections that API Gateway no longer has, whose
 * `$disconnect` never came, and notes the activity of the public rooms. Raw connections get the
 * heartbeat's ping, which also keeps them from idling; for others GetConnection is called. Old
 * connections without a CONNECT are closed.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  beginLog(context);
  const job = v.safeParse(Job, event);
  if (job.success) return finishTodo(job.output.todo);
  await finishTodos();
  let asked = 0;
  const gone: string[] = [];
  /** The id of each connection's person, by room. */
  const online = new Map<string, string[]>();
  for await (const connections of scanConnections()) {
    // No ping before CONNECT: one that comes before the open packet makes socket.io-client disconnect.
    const raw = connections.filter(({ user, dialect }) => user && dialect === "raw");
    const unanswered = new Set((await tryToPush(raw, { type: "ping" }, PING_WITHIN_MS)).gone);
    const old = connections.filter(({ connectedAt }) => Date.now() - connectedAt > MIN_AGE_MS);
    const checked = await parallel(old, async (one) =>
      (await isEnded(one, unanswered)) ? [one.connectionId] : [],
    );
    const ended = new Set(checked.flat());
    // The JWT or the session of such a connection has expired.
    const over = connections.filter(
      ({ user, expiresAt }) => user && expiresAt <= secondsFromNow(0),
    );
    await endConnections(over.map(({ connectionId }) => connectionId));
    await expel(over);
    for (const { connectionId } of over) ended.add(connectionId);
    asked += old.length;
    gone.push(...ended);
    for (const { connectionId, user, rooms } of connections) {
      if (user === undefined || ended.has(connectionId)) continue;
      for (const room of rooms) {
        const inRoom = online.get(room) ?? [];
        online.set(room, inRoom);
        inRoom.push(user.id);
      }
    }
  }
  await endConnections(gone);
  await noteActivities(online);
  log.info("swept", { asked, gone: gone.length });
}

async function isEnded(one: ConnectionItem, unanswered: ReadonlySet<string>) {
  const { connectionId, user, dialect } = one;
  if (user === undefined) return close(connectionId);
  return dialect === "raw" ? unanswered.has(connectionId) : isGone(connectionId);
}

const DIRECTORY_PAGE = 100;

/**
 * Notes how many people are online in large private rooms, and the activity of the public rooms, so that
 * the directory reads no room itself. Only public rooms with somebody online, now or at the last sweep,
 * cost a read, and a write if that has changed.
 */
async function noteActivities(online: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const countIn = (room: string) => new Set(online.get(room)).size;
  const large = [...online].filter(
    ([room, { length }]) => room.startsWith(PRIVATE_PREFIX) && length > MAX_LOOKED_AT,
  );
  await parallel(large, ([room]) => noteOnline(room, countIn(room)));
  for (let after: string | undefined; ; ) {
    const page = await queryDirectory(after, DIRECTORY_PAGE);
    const awake = page.filter((listing) => online.has(listing.id) || listing.online);
    await parallel(awake, (listing) => update(listing, countIn(listing.id)));
    after = page.at(-1)?.id;
    if (page.length < DIRECTORY_PAGE) return;
  }
}

async function update(listing: Listing, online: number): Promise<void> {
  const { seq: head, at: activeAt } = await readHead(listing.id);
  if (listing.online === online && listing.head === head) return;
  await noteActivity(listing.id, { online, activeAt, head });
}
