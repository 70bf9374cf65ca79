import type { ErrorInfo } from "../../protocol/errors.ts";
import type { AuthData } from "../../protocol/events.ts";
import type { Session } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { words } from "../words.ts";
import { createHeads } from "./log/heads.ts";
import { createJump } from "./log/jump.ts";
import { createLogs } from "./log/logs.ts";
import { createRoomOpener } from "./log/open-room.ts";
import { createNotices } from "./notices.ts";
import { createAccountActions } from "./people/account-actions.ts";
import { nameOf } from "./people/names.ts";
import { createPresence } from "./people/presence.ts";
import { createTyping } from "./people/typing.ts";
import type { Arrival } from "./rooms/address.ts";
import { createLeaving } from "./rooms/leaving.ts";
import { createReadMarks } from "./rooms/read-marks.ts";
import { createRoomActions } from "./rooms/room-actions.ts";
import { createRoomList } from "./rooms/room-list.ts";
import { createSession } from "./session.ts";
import type { Dialog, Search } from "./state.ts";
import type { DraftStorage } from "./storage/draft-storage.ts";
import type { FileStorage } from "./storage/file-storage.ts";
import type { IdentityStorage, Other } from "./storage/identity-storage.ts";
import type { OutboxStorage } from "./storage/outbox-storage.ts";
import { createChatStore } from "./store.ts";
import { createAnnouncer } from "./telling/announcer.ts";
import { createNotifications, type Notifier } from "./telling/notifications.ts";
import { sentenceOf } from "./wire/errors.ts";
import { type Attention, createHeartbeat, type Visibility } from "./wire/heartbeat.ts";
import { createWire, type WireHandlers } from "./wire/wire.ts";
import { createChanges } from "./writing/changes.ts";
import { createDrafts } from "./writing/drafts.ts";
import { createOutbox } from "./writing/outbox.ts";
import { createUploads } from "./writing/uploads.ts";

export type Chat = ReturnType<typeof createChat>;

interface ChatOptions {
  origin: string;
  /** The room to show first, and the message in it. */
  open: string;
  seq?: number | undefined;
  /** The code with which one may look at that room and join it. */
  invite?: string | undefined;
  /** Who comes from another device or from the provider. */
  arrival?: Arrival | undefined;
  identity: IdentityStorage;
  outboxStorage: OutboxStorage;
  draftStorage: DraftStorage;
  fileStorage: FileStorage;
  attention: Attention;
  visibility: Visibility;
  notifier: Notifier;
}

/** The chat: the state that the page shows, and what a person can do. */
export function createChat(options: ChatOptions) {
  const phaseHere = () => (options.identity.token() === undefined ? "joining" : "joined");
  const { origin, identity, attention, visibility, notifier } = options;
  const first = options.seq === undefined ? undefined : { room: options.open, seq: options.seq };
  const store = createChatStore({
    phase: options.arrival ? "arriving" : phaseHere(),
    open: options.open,
  });
  store.setState({ arrival: options.arrival });
  const invites = new Map(options.invite ? [[options.open, options.invite]] : []);
  const { getState, setState } = store;

  // The parts. Each is handed the parts above it that it uses.
  const wire = createWire({ origin });
  const session = createSession({ store, identity });
  const presence = createPresence({ store });
  const typing = createTyping({ store, wire });
  const announcer = createAnnouncer({ store });
  const readMarks = createReadMarks({ store, wire, visibility });
  const roomList = createRoomList({ store, wire });
  const logs = createLogs({ store, wire });
  const heads = createHeads({ store, wire, logs });
  const jump = createJump({ store, wire });
  const uploads = createUploads({ store, wire, storage: options.fileStorage });
  const storage = options.outboxStorage;
  const outbox = createOutbox({ store, wire, logs, readMarks, storage, uploads });
  const changes = createChanges({ store, wire, logs });
  const { draftStorage } = options;
  const drafts = createDrafts({
    store,
    storage: draftStorage,
    outbox,
    changes,
    uploads,
    typing,
  });
  const flush = (): void => {
    outbox.flush();
    changes.flush();
  };
  const opener = createRoomOpener({
    store,
    wire,
    logs,
    presence,
    readMarks,
    jump,
    flush,
    first,
    invites,
  });
  const open = (room: string, seq?: number, invite?: string): void => {
    if (invite !== undefined) invites.set(room, invite);
    leaving.undo(room);
    void opener.open(room, seq);
  };
  const giveUp = (room: string): boolean => {
    const [messages, other] = [outbox.removeAll(room), changes.removeAll(room)];
    return messages || other;
  };
  const rooms = createRoomActions({ store, wire, open, giveUp });
  const leaving = createLeaving({ store, wire, open, ended: rooms.left });
  const notifications = createNotifications({ store, notifier, visibility, open });
  const heartbeat = createHeartbeat({
    attention,
    hurry: wire.hurry,
    check() {
      heads.check();
      void lookWhoIsOnline();
      // Another tab may have crashed and left messages behind.
      outbox.flush();
    },
  });

  // The wires: what happens to the parts.
  const handlers: WireHandlers = {
    ...createNotices({
      store,
      logs,
      presence,
      typing,
      readMarks,
      rooms,
      roomList,
      announcer,
      notifications,
      flush,
    }),
    auth: session.auth,
    up: connected,
    down: disconnected,
    refused,
    unreachable: session.unreachable,
  };
  visibility.changed(readMarks.visibilityChanged);

  function connected(told: Session): void {
    const before = getState();
    session.begin(told);
    for (const { id, head } of told.rooms) {
      // Opening the open room again brings its log.
      if (id === getState().open) continue;
      logs.add(id, [], head);
      logs.fetchMissing(id);
    }
    readMarks.resume(told.rooms, before.rooms);
    rooms.resume(before);
    heartbeat.start();
    flush();
    opener.reopen();
    roomList.loadFirst();
    void lookWhoIsOnline();
  }

  /** Only who watches a room hears of presence there; direct rooms show who was online at last. */
  async function lookWhoIsOnline(): Promise<void> {
    const { open: shown, rooms: known, mine } = getState();
    if (shown === LOBBY || ![...mine].some((id) => known[id]?.kind === "direct")) return;
    try {
      const { users } = (await wire.request("getRoom", { room: LOBBY })).online;
      if (users) setState({ present: new Set(users.map(({ id }) => id)) });
    } catch {
      // The next look tells.
    }
  }

  function disconnected(): void {
    heartbeat.stop();
    logs.stop();
    session.disconnected();
  }

  function comeIn(auth: AuthData): void {
    session.joinAs(auth);
    wire.open(handlers);
  }

  /** Goes on as the person that this browser knows, if it knows one. */
  function stay(problem?: string): void {
    const phase = phaseHere();
    setState({ phase, arrival: undefined, problem, joining: { pending: false, error: problem } });
    start();
  }

  function start(): void {
    if (getState().phase !== "joined") return;
    outbox.flush();
    void drafts.load();
    session.sayIfItLasts();
    wire.open(handlers);
  }

  function refused({ code, message }: ErrorInfo): void {
    const auth = session.giveUp();
    // Another tab may have signed out and taken the token.
    const returning = identity.token() !== undefined || getState().phase === "joined";
    if (auth && "token" in auth && code === "forbidden") {
      setState({ phase: "arriving", arrival: { token: auth.token } });
    } else if (auth) stay(message);
    else endSession(returning || code === "unauthorized" ? words.join.signedOut : message);
  }

  /** Whoever signs out, or is no longer signed in, leaves nothing behind in the browser. */
  function endSession(error?: string): void {
    stop();
    drafts.forgetAll();
    session.end(error);
  }

  function stop(): void {
    const parts = [session, heartbeat, presence, typing, announcer, readMarks];
    for (const part of [...parts, logs, changes, opener, leaving]) part.stop();
  }

  /** A person who sends something has read what came before it, and sees the end of the log. */
  function sent(room: string): void {
    jump.toLatest(room);
    readMarks.hideDivider(room);
  }

  return {
    store,
    /** Connects as the person that this browser knows, if it knows one. */
    start,
    /** Connects as a new guest. */
    join: (name: string, key?: string): void => comeIn({ name, key }),
    comeIn,
    /** Connects with an account: the guest that this browser knows becomes the account's person. */
    signIn: (token: string): void => comeIn({ token, guest: identity.token() }),
    stay,
    nameHere: identity.name,
    others: identity.others,
    returnTo(other: Other): void {
      identity.returnTo(other);
      location.reload();
    },
    ...createAccountActions({ wire, presence, endSession }),
    /** Shows a room, or a message in it. */
    openRoom: open,
    joinRoom: opener.join,
    /** Shows a message that a search has found, and keeps the search. */
    openFound(searched: Search): void {
      const { room, seq, author, text } = searched.led;
      open(room, seq);
      const announcement = words.telling.message(nameOf(getState(), author), text);
      setState({ searched, announcement });
    },
    forgetSearch: (): void => setState({ searched: undefined }),
    /** Tries now what the page would try again a little later. */
    tryNow(): void {
      if (getState().connection === "up") opener.reopen();
      else wire.hurry();
    },
    loadOlder: (room: string): void => void jump.loadOlder(room),
    loadNewer: (room: string): void => void jump.loadNewer(room),
    toLatest(room: string): void {
      jump.toLatest(room);
      // What is jumped over stays unread, and is to be found again.
      readMarks.showDivider(room);
    },
    /** Shows the first unread message of a room, which is not loaded. */
    toUnread: (room: string, read: number): void => void jump.toUnread(room, read),
    markRead: readMarks.markRead,
    markUnread(room: string, seq: number): void {
      readMarks.markUnread(room, seq).catch((error) => setState({ problem: sentenceOf(error) }));
    },
    /** A room is no longer on the screen. Where its end was, the rest of its log is forgotten. */
    turnedFrom(room: string, wasAtEnd: boolean): void {
      if (wasAtEnd) logs.trim(room);
    },
    arrivedAtTarget: jump.arrived,
    seen: readMarks.seen,
    loadMoreRooms: roomList.loadMore,
    ...rooms.actions,
    setNotifying: notifications.setNotifying,
    ...drafts.actions,
    /** Sends what the composer holds, or saves the message that it edits. */
    submit(room: string): void {
      if (drafts.submit(room)) sent(room);
    },
    send(room: string, text: string): void {
      outbox.add(room, text);
      sent(room);
    },
    retry: outbox.retry,
    discard: outbox.remove,
    cancelFile: outbox.removeFile,
    addressOf: uploads.addressOf,
    forgetAddress: uploads.forgetAddress,
    react: changes.react,
    deleteMessage: changes.delete,
    undoDelete: changes.undo,
    showDialog: (dialog: Dialog): void => setState({ dialog }),
    closeDialog: (): void => setState({ dialog: undefined }),
    report: (problem: string): void => setState({ problem }),
    forgetProblem: (): void => setState({ problem: undefined }),
    tell: (done: string): void => setState({ done }),
    forgetDone: (): void => setState({ done: undefined }),
    leaveRoom: leaving.leave,
    undoLeaving(): void {
      const { room } = getState().leaving ?? {};
      if (room !== undefined) open(room);
    },
    /** The page is closing, perhaps into the browser's cache, from which it comes back. */
    closing(): void {
      changes.releaseAll();
      leaving.release();
    },
    /** Ends everything, as closing the page does. */
    close(): void {
      stop();
      wire.close();
    },
  };
}
