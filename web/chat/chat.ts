import type { ErrorInfo } from "../../protocol/errors.ts";
import type { Entry, Online, Room, Session } from "../../protocol/model.ts";
import { createCatchUp } from "./catch-up.ts";
import { type Attention, createHeartbeat } from "./heartbeat.ts";
import type { Identity } from "./identity.ts";
import { LOBBY } from "./links.ts";
import { withEntries, withHead } from "./log.ts";
import { createOutbox, type OutboxStore } from "./outbox.ts";
import { newestNotices, withoutPerson, withPerson } from "./people.ts";
import { createReading } from "./reading.ts";
import { createRoomList } from "./room-list.ts";
import { lookFor } from "./stale.ts";
import { createChatStore, withoutView, withRooms, withView } from "./store.ts";
import { createWire } from "./wire.ts";

/** A disconnect that is shorter than this is not worth a word. */
const QUIET_MS = 5_000;

export type Chat = ReturnType<typeof createChat>;

export interface ChatOptions {
  origin: string;
  identity: Identity;
  /** The room to show first. */
  open: string;
  /** Where the outbox survives the page. */
  kept: OutboxStore;
  attention: Attention;
}

/** The chat: the state that the page shows, and what a person can do. */
export function createChat({ origin, identity, open, kept, attention }: ChatOptions) {
  const store = createChatStore({ phase: identity.token() ? "joined" : "joining", open });
  const { getState, setState } = store;
  const isNewest = newestNotices();
  let name = "";
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const wire = createWire(origin, {
    auth() {
      const token = identity.token();
      return token === undefined ? { name } : { token };
    },
    up,
    down,
    refused,
    unreachable() {
      if (getState().phase !== "joining") return;
      setState({
        joining: { pending: true, error: "The server cannot be reached. Trying again…" },
      });
    },
    message(entry) {
      const { user, open: shown, mine } = getState();
      accept([entry], entry.room);
      catchUp.notice(entry.room);
      if (!mine.has(entry.room)) roomList.refresh(entry.room);
      if (entry.room === shown && entry.author.id !== user?.id) {
        setState({ announcement: `${entry.author.name}: ${entry.text}` });
      }
    },
    joined({ room, user }) {
      if (user.id === getState().user?.id) roomList.refresh(room);
      else {
        reading.know(room, [user]);
        setOnline(room, (online) => withPerson(online, user));
      }
    },
    left({ room, user }) {
      if (user.id === getState().user?.id) forget(room);
      else setOnline(room, (online) => withoutPerson(online, user));
    },
    presence(notice) {
      if (!isNewest(notice)) return;
      for (const room of Object.keys(getState().views)) {
        if (notice.online && !reading.isKnownIn(room, notice.user)) continue;
        setOnline(room, (online) =>
          notice.online ? withPerson(online, notice.user) : withoutPerson(online, notice.user),
        );
      }
    },
  });

  const catchUp = createCatchUp({
    log(room) {
      const view = getState().views[room];
      // Until a room is open, it is its opening that brings the log.
      return view?.status === "ready" ? view.log : undefined;
    },
    history: (page) => wire.request("history", page),
    merge(room, { entries, head }) {
      accept(entries, room, head);
    },
  });
  const outbox = createOutbox({
    async post(message) {
      const { entry } = await wire.request("message", message);
      accept([entry], entry.room);
      catchUp.notice(entry.room);
    },
    look: (message, after) =>
      lookFor(message, after, getState().user, (page) => wire.request("history", page)),
    head(room) {
      const { views, rooms } = getState();
      return Math.max(views[room]?.log.head ?? 0, rooms[room]?.head ?? 0);
    },
    ready: (room) => getState().connection === "up" && getState().mine.has(room),
    suspect: wire.reconnect,
    changed: (outgoing) => setState({ outgoing }),
    kept,
  });
  const roomList = createRoomList(store, wire);
  const reading = createReading({ store, wire, catchUp, accept, joined: outbox.flush });
  const heartbeat = createHeartbeat(attention, wire.hurry, () => {
    reading.checkHeads();
    // What a tab that crashed has left.
    outbox.flush();
  });

  /** The one way of entries into a room's log, wherever they come from. */
  function accept(entries: readonly Entry[], room: string, head = 0): void {
    setState((state) =>
      // A room that was never opened begins with its newest page once it is.
      state.views[room] === undefined
        ? {}
        : withView(state, room, ({ log }) => ({ log: withHead(withEntries(log, entries), head) })),
    );
    const { user } = getState();
    for (const { id, author } of entries) if (author.id === user?.id) outbox.remove(id);
  }

  function setOnline(room: string, change: (online: Online) => Online): void {
    if (getState().views[room] === undefined) return;
    setState((state) =>
      withView(state, room, ({ online }) => ({ online: online && change(online) })),
    );
  }

  /** The room is no longer one's own. */
  function forget(room: string): void {
    setState((state) => withoutView(state, room));
    if (getState().open === room) void reading.open(LOBBY);
  }

  function up({ user, token, rooms }: Session): void {
    clearTimeout(quiet);
    identity.keep(user.id, token);
    setState((state) => ({
      ...withRooms(state, rooms),
      phase: "joined",
      joining: { pending: false },
      connection: "up",
      user,
      mine: new Set(rooms.map(({ id }) => id)),
    }));
    noticeHeads(rooms);
    heartbeat.start();
    outbox.flush();
    void reading.open(getState().open);
    void roomList.loadFirst();
  }

  function noticeHeads(rooms: readonly Room[]): void {
    for (const { id, head } of rooms) {
      accept([], id, head);
      if (id !== getState().open) catchUp.notice(id, 0);
    }
  }

  function down(): void {
    heartbeat.stop();
    catchUp.stop();
    if (getState().connection !== "up") return;
    setState({ connection: "down" });
    sayIfItLasts();
  }

  function sayIfItLasts(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => setState({ connection: "lost" }), QUIET_MS);
  }

  function refused({ code, message }: ErrorInfo): void {
    clearTimeout(quiet);
    const returning = identity.token() !== undefined;
    if (returning) identity.forget();
    const error =
      returning || code === "unauthorized"
        ? "You are no longer signed in here. Choose a name to go on."
        : message;
    setState({ phase: "joining", joining: { pending: false, error }, connection: "down" });
  }

  return {
    store,
    /** Connects as the person that this browser knows, if it knows one. */
    start(): void {
      if (getState().phase !== "joined") return;
      outbox.flush();
      sayIfItLasts();
      wire.connect();
    },
    /** Connects as a new guest. */
    join(chosen: string): void {
      name = chosen;
      setState({ joining: { pending: true } });
      wire.connect();
    },
    openRoom: (room: string): void => void reading.open(room),
    loadOlder: (room: string): void => void reading.loadOlder(room),
    loadMoreRooms: (): void => void roomList.loadMore(),
    async leaveRoom(room: string): Promise<void> {
      if (room === LOBBY) return;
      await wire.request("leaveRoom", { room });
      forget(room);
    },
    setDraft(room: string, text: string): void {
      setState(({ drafts }) => ({ drafts: { ...drafts, [room]: text } }));
    },
    send(room: string, text: string): void {
      outbox.add(room, text);
      setState(({ drafts }) => ({ drafts: { ...drafts, [room]: "" } }));
    },
    retry: outbox.retry,
    discard: outbox.remove,
    /** Ends all of it, as closing the page does. */
    close(): void {
      clearTimeout(quiet);
      down();
      wire.close();
    },
  };
}
