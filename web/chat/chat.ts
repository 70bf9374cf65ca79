import type { Entry } from "../../protocol/model.ts";
import { createArrivals } from "./log/arrivals.ts";
import { createCatchUp } from "./log/catch-up.ts";
import { createJump } from "./log/jump.ts";
import { createReading } from "./log/open-room.ts";
import { createAccount } from "./people/account-actions.ts";
import { createPresence } from "./people/presence.ts";
import { createTyping } from "./people/typing.ts";
import { createReadMarks } from "./rooms/read-marks.ts";
import { createRoomActions } from "./rooms/room-actions.ts";
import { createRoomList } from "./rooms/room-list.ts";
import { createSession } from "./session.ts";
import type { Identity } from "./storage/identity-storage.ts";
import { createChatStore, type Dialog } from "./store.ts";
import { createAnnouncer } from "./telling/announcer.ts";
import { createNotifications, type Notifier } from "./telling/notifications.ts";
import { type Attention, createHeartbeat, type Visibility } from "./wire/heartbeat.ts";
import { createWire } from "./wire/wire.ts";
import { createChanges } from "./writing/changes.ts";
import { createDrafts, type DraftStore } from "./writing/drafts.ts";
import { ANSWER_PATIENCE_MS, createOutbox, type OutboxStore } from "./writing/outbox.ts";
import { lookFor } from "./writing/stale.ts";

export type Chat = ReturnType<typeof createChat>;

export interface ChatOptions {
  origin: string;
  identity: Identity;
  /** The room to show first, and the message in it. */
  open: string;
  seq?: number | undefined;
  /** Where the outbox survives the page, and the drafts. */
  kept: OutboxStore;
  drafts?: DraftStore;
  attention: Attention;
  visibility?: Visibility;
  notifier?: Notifier;
}

/** The chat: the state that the page shows, and what a person can do. */
export function createChat(options: ChatOptions) {
  const { identity, open, kept, visibility = alwaysVisible } = options;
  const { drafts: keptDrafts = noDrafts, notifier = noNotifier } = options;
  const store = createChatStore({ phase: identity.token() ? "joined" : "joining", open });
  const { getState, setState } = store;

  const accept = createArrivals(store, (id) => outbox.remove(id));
  const session = createSession({
    store,
    identity,
    started({ rooms: own }, before) {
      for (const { id, head } of own) {
        accept([], id, head);
        if (id !== getState().open) catchUp.notice(id, 0);
      }
      readMarks.resume(own, before.rooms);
      rooms.resume(before);
      heartbeat.start();
      outbox.flush();
      changes.flush();
      reading.reopen();
      void roomList.loadFirst();
    },
    ended() {
      heartbeat.stop();
      catchUp.stop();
    },
    forget: () => forgetWriting(),
  });
  const wire = createWire(options.origin, {
    ...session,
    message(entry) {
      hear(entry);
      announcer.hear(entry);
      notifications.hear(entry);
      typing.end(entry.room, entry.author.id);
      if (!getState().mine.has(entry.room)) roomList.refresh(entry.room);
    },
    changed(entry) {
      hear(entry);
      announcer.forget(entry);
    },
    joined({ room, user }) {
      // That oneself is in it now is told by `room`.
      if (user.id !== getState().user?.id) presence.joined(room, user);
    },
    left({ room, user }) {
      if (user.id === getState().user?.id) rooms.forget(room);
      else {
        presence.left(room, user);
        typing.end(room, user.id);
      }
    },
    presence: (notice) => presence.told(notice),
    typing: (notice) => typing.told(notice),
    room: (room) => rooms.toldRoom(room),
    read: (notice) => readMarks.toldRead(notice),
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
      const { entry } = await wire.request("message", message, ANSWER_PATIENCE_MS);
      hear(entry);
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
  const announcer = createAnnouncer(store);
  const presence = createPresence(store);
  const typing = createTyping(store, wire);
  const jump = createJump(store, wire);
  const readMarks = createReadMarks({ store, wire, visible: visibility.now });
  const roomList = createRoomList(store, wire);
  const joined = outbox.flush;
  const reading = createReading({
    ...{ store, wire, catchUp, presence, readMarks, jump, accept, joined },
    first: options.seq === undefined ? undefined : { room: open, seq: options.seq },
  });
  const show = (room: string, seq?: number): void => void reading.open(room, seq);
  const rooms = createRoomActions({ store, wire, open: show, giveUp: outbox.forget });
  const changes = createChanges({ store, wire, accept });
  const drafts = createDrafts({ store, kept: keptDrafts, outbox, changes, typing: typing.tell });
  const notifications = createNotifications({
    ...{ store, notifier, visible: visibility.now, open: show },
  });
  const heartbeat = createHeartbeat(options.attention, wire.hurry, () => {
    reading.checkHeads();
    // What a tab that crashed has left.
    outbox.flush();
  });
  visibility.changed(readMarks.visibilityChanged);

  /** An entry that came by itself. */
  function hear(entry: Entry): void {
    accept([entry], entry.room);
    catchUp.notice(entry.room);
    const own = entry.author.id === getState().user?.id;
    if (own && entry.kind === "message") readMarks.wrote(entry.room, entry.seq);
  }

  /** Who writes is at the end of the log and has read it. */
  function sent(room: string): void {
    jump.toLatest(room);
    readMarks.written(room);
  }

  function forgetWriting(): void {
    drafts.forgetAll();
    for (const { id } of getState().outgoing) outbox.remove(id);
  }

  /** Who signs out leaves nothing behind in the browser. */
  function forgetAll(): void {
    forgetWriting();
    stop();
  }

  function stop(): void {
    session.stop();
    session.down();
    session.stop();
    for (const part of [announcer, presence, typing, readMarks, changes]) part.stop();
  }

  return {
    store,
    /** Connects as the person that this browser knows, if it knows one. */
    start(): void {
      if (getState().phase !== "joined") return;
      outbox.flush();
      void drafts.load();
      session.sayIfItLasts();
      wire.connect();
    },
    /** Connects as a new guest. */
    join(chosen: string): void {
      session.beNamed(chosen);
      wire.connect();
    },
    /** Shows a room, or a message of it. */
    openRoom: show,
    /** Tries at once what would be tried by itself a little later. */
    tryNow(): void {
      if (getState().connection === "up") reading.reopen();
      else wire.hurry();
    },
    loadOlder: (room: string): void => void jump.loadOlder(room),
    loadNewer: (room: string): void => void jump.loadNewer(room),
    toLatest: jump.toLatest,
    arrivedAtTarget: jump.arrived,
    seen: readMarks.seen,
    loadMoreRooms: (): void => void roomList.loadMore(),
    ...rooms.actions,
    ...createAccount({ store, wire, identity, renamed: presence.renamed, end: forgetAll }),
    setNotifying: notifications.setNotifying,
    ...drafts.actions,
    /** Sends what the composer holds, or saves what was rewritten there. */
    submit(room: string): void {
      if (drafts.submit(room)) sent(room);
    },
    send(room: string, text: string): void {
      outbox.add(room, text);
      sent(room);
    },
    retry: outbox.retry,
    discard: outbox.remove,
    react: changes.react,
    deleteMessage: changes.delete,
    undoDelete: changes.undo,
    showDialog: (dialog: Dialog): void => setState({ dialog }),
    closeDialog: (): void => setState({ dialog: undefined }),
    report: (problem: string): void => setState({ problem }),
    forgetProblem: (): void => setState({ problem: undefined }),
    /** The page goes: what waits to be taken back is done. */
    leaving: changes.releaseAll,
    /** Ends all of it, as closing the page does. */
    close(): void {
      stop();
      wire.close();
    },
  };
}

const alwaysVisible: Visibility = { now: () => true, changed: () => undefined };
const noDrafts: DraftStore = { load: async () => ({}), put: async () => undefined };
const noNotifier: Notifier = {
  state: () => "unsupported",
  turnOn: async () => undefined,
  turnOff: () => undefined,
  show: () => undefined,
};
