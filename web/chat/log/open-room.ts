import { ClientError } from "../../../protocol/errors.ts";
import type { createPresence } from "../people/presence.ts";
import type { Destination } from "../rooms/address.ts";
import { withMine, withRooms } from "../rooms/known-rooms.ts";
import type { createReadMarks } from "../rooms/read-marks.ts";
import type { RoomView } from "../state.ts";
import { type ChatStore, withView } from "../store.ts";
import { backoff } from "../timers.ts";
import { mayPass, NoAnswer, sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { lastBeforeHole } from "./holes.ts";
import type { createJump } from "./jump.ts";
import type { Logs } from "./logs.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  logs: Logs;
  presence: ReturnType<typeof createPresence>;
  readMarks: ReturnType<typeof createReadMarks>;
  jump: ReturnType<typeof createJump>;
  /** Where the page's address leads. */
  first: Destination;
}

/**
 * Opens rooms: those that are this person's with their logs; of others it shows what they are. A link
 * may come from anybody, so following one neither joins a room nor makes one.
 */
export function createRoomOpener(parts: Parts) {
  const { store, wire, logs, presence, readMarks, jump, first } = parts;
  const { getState, setState } = store;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  /** The message to jump to once its room is open. */
  let wanted: Destination | undefined = first;
  /** By room, the invitations that this person has followed. */
  const invites = new Map<string, string | undefined>([[first.room, first.invite]]);

  /** Shows a room, or a message in it, and fetches what is new there. */
  async function open({ room, seq, invite = invites.get(room) }: Destination): Promise<void> {
    invites.set(room, invite);
    setState((state) => ({
      ...withView(state, room, ({ status }) => ({
        status: status === "ready" || status === "preview" ? status : "loading",
        error: undefined,
      })),
      open: room,
      announcement: "",
    }));
    readMarks.showDivider(room);
    wanted = seq === undefined || jump.toLoaded(room, seq) ? undefined : { room, seq };
    clearTimeout(retry);
    if (getState().connection === "up") await enter(room);
  }

  /** @param create whether this person wants to join, and to make the room if there is none */
  async function enter(room: string, create = false): Promise<void> {
    try {
      if (!create && !getState().mine.has(room) && !(await look(room))) return;
      const log = getState().views[room]?.log;
      const after = log && lastBeforeHole(log);
      const answer = await wire.request("joinRoom", {
        room,
        create,
        after,
        invite: invites.get(room),
      });
      logs.add(room, answer.entries, answer.room.head);
      setState((state) => ({
        ...withRooms(state, [answer.room]),
        ...withMine(state, room),
        ...withView(state, room, () => ({ status: "ready" })),
      }));
      presence.take(room, answer.online);
      tries = 0;
      readMarks.showDivider(room);
      const seq = wantedIn(room);
      if (seq !== undefined) {
        wanted = undefined;
        await jump.to(room, seq);
      }
      logs.fetchMissing(room);
    } catch (error) {
      // The next connection opens the room again.
      if (error instanceof NoAnswer && !error.connected) return;
      setState((state) => withView(state, room, ({ status }) => failure(status, error)));
      logs.add(room, [], getState().rooms[room]?.head);
      // The connection may not hear the room until it has joined.
      const again = () => (create ? void enter(room, create) : reopen(room));
      if (mayPass(error)) retry = setTimeout(again, backoff(tries++));
    }
  }

  /** @returns whether the room is this person's, after all */
  async function look(room: string): Promise<boolean> {
    const { room: found, online } = await wire.request("getRoom", {
      room,
      invite: invites.get(room),
    });
    setState((state) => ({
      ...withRooms(state, [found]),
      ...withView(state, room, ({ status }) => ({
        status: status === "ready" ? status : "preview",
      })),
    }));
    presence.take(room, online);
    return found.read !== undefined || getState().mine.has(room);
  }

  function wantedIn(room: string): number | undefined {
    return wanted?.room === room ? wanted.seq : undefined;
  }

  /** Opens the room on the screen again: there is a new connection, or the last attempt failed. */
  function reopen(room = getState().open): void {
    if (getState().open === room) void open({ room, seq: wantedIn(room) });
  }

  return {
    open,
    /** Joins the room on the screen, or makes it. */
    join: (room: string): void => void enter(room, true),
    reopen,
    stop: (): void => clearTimeout(retry),
  };
}

function failure(status: RoomView["status"], error: unknown): Partial<RoomView> {
  const code = error instanceof ClientError ? error.code : undefined;
  if (code === "not_found" || code === "bad_request") return { status: "missing" };
  const shown = status === "ready" || status === "preview";
  return { status: shown ? status : "failed", error: sentenceOf(error) };
}
