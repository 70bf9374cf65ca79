import { ClientError } from "../../../protocol/errors.ts";
import { MAX_HEADS } from "../../../protocol/limits.ts";
import type { Entry } from "../../../protocol/model.ts";
import type { createPresence } from "../people/presence.ts";
import type { createReadMarks } from "../rooms/read-marks.ts";
import {
  type ChatState,
  type ChatStore,
  type RoomView,
  withMine,
  withRooms,
  withView,
} from "../store.ts";
import { backoff } from "../wire/backoff.ts";
import { sentenceOf } from "../wire/errors.ts";
import { NoAnswer, type Wire } from "../wire/wire.ts";
import { ANSWER_PATIENCE_MS } from "../writing/outbox.ts";
import type { createCatchUp } from "./catch-up.ts";
import type { createJump } from "./jump.ts";
import { readUpTo } from "./room-log.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  catchUp: ReturnType<typeof createCatchUp>;
  presence: ReturnType<typeof createPresence>;
  readMarks: ReturnType<typeof createReadMarks>;
  jump: ReturnType<typeof createJump>;
  accept: (entries: readonly Entry[], room: string, head?: number) => void;
  /** A room has become one's own. */
  joined: () => void;
  /** The message that the first link named, in the room that is open first. */
  first?: { room: string; seq: number } | undefined;
}

/** Opens rooms and reads their logs. */
export function createReading(parts: Parts) {
  const { store, wire, catchUp, presence, readMarks, jump, accept, joined } = parts;
  const { getState, setState } = store;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  /** The message to go to once its room is there, which takes a connection. */
  let wanted = parts.first;

  /** Shows the room, or a message of it, and brings what is new in it. */
  async function open(room: string, seq?: number): Promise<void> {
    const before = getState().open;
    if (before !== room) {
      readMarks.undivide(before);
      jump.toLatest(before);
    }
    setState((state) => ({
      ...withView(state, room, ({ status }) => ({
        status: status === "ready" ? status : "loading",
        error: undefined,
      })),
      open: room,
      announcement: "",
    }));
    readMarks.divide(room);
    wanted = seq === undefined || jump.toLoaded(room, seq) ? undefined : { room, seq };
    clearTimeout(retry);
    if (getState().connection !== "up") return;
    const view = getState().views[room];
    try {
      const answer = await wire.request("joinRoom", { room, after: view && readUpTo(view.log) });
      accept(answer.entries, room, answer.room.head);
      presence.know(room, answer.online.users ?? []);
      setState((state) => ({
        ...withRooms(state, [answer.room]),
        ...withMine(state, room),
        ...withView(state, room, () => ({ status: "ready", online: answer.online })),
      }));
      tries = 0;
      readMarks.divide(room);
      const next = wantedIn(room);
      if (next !== undefined) {
        wanted = undefined;
        await jump.jump(room, next);
      }
      catchUp.notice(room, 0);
      joined();
    } catch (error) {
      // The next connection opens it again.
      if (error instanceof NoAnswer && !error.connected) return;
      setState((state) => withView(state, room, ({ status }) => failure(status, error)));
      catchUp.notice(room);
      // Until it has joined, the connection may not hear the room.
      if (mayPass(error)) retry = setTimeout(() => reopen(room), backoff(tries++));
    }
  }

  function wantedIn(room: string): number | undefined {
    return wanted?.room === room ? wanted.seq : undefined;
  }

  /** Goes on with an opening that has not come to its end. */
  function reopen(room = getState().open): void {
    if (getState().open === room) void open(room, wantedIn(room));
  }

  /** Asks how far the rooms' logs go by now, and fetches what is new. */
  async function checkHeads(): Promise<void> {
    const rooms = latelyActive(getState());
    if (rooms.length === 0) return;
    try {
      const { heads } = await wire.request(
        "heads",
        { rooms: Object.fromEntries(rooms) },
        ANSWER_PATIENCE_MS,
      );
      for (const [room, head] of Object.entries(heads)) {
        accept([], room, head);
        catchUp.notice(room, 0);
      }
    } catch (error) {
      // A machine that has slept, or changed its network, may hold a dead connection.
      if (error instanceof NoAnswer && error.connected) wire.reconnect();
    }
  }

  return { open, reopen, checkHeads: () => void checkHeads() };
}

/** Whether the same question may be answered better a little later. */
function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  return error instanceof ClientError && ["busy", "internal", "rate_limited"].includes(error.code);
}

function failure(status: RoomView["status"], error: unknown): Partial<RoomView> {
  const code = error instanceof ClientError ? error.code : undefined;
  if (code === "not_found" || code === "bad_request") return { status: "missing" };
  return { status: status === "ready" ? status : "failed", error: sentenceOf(error) };
}

/** The rooms that are shown or were lately spoken in, with the head known of each. */
function latelyActive({ views, open }: ChatState): [room: string, head: number][] {
  const when = (room: string) =>
    room === open ? Number.POSITIVE_INFINITY : (views[room]?.log.entries.at(-1)?.at ?? 0);
  return Object.entries(views)
    .filter(([, { status }]) => status === "ready")
    .sort(([a], [b]) => when(b) - when(a))
    .slice(0, MAX_HEADS)
    .map(([room, { log }]) => [room, log.head]);
}
