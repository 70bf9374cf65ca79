import type { ErrorInfo } from "../../protocol/errors.ts";
import type { AuthData } from "../../protocol/events.ts";
import { KEEPALIVE_MS } from "../../protocol/limits.ts";
import type { Session } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { words } from "../words.ts";
import { createNotices } from "./notices.ts";
import { type ChatOptions, createParts } from "./parts.ts";
import type { Dialog, Search } from "./state.ts";
import { sentenceOf } from "./wire/errors.ts";
import type { WireHandlers } from "./wire/wire.ts";

export type Chat = ReturnType<typeof createChat>;

/** The chat: the state that the page shows, and what a person can do. */
export function createChat(options: ChatOptions) {
  const { identity, attention } = options;
  const parts = createParts(options);
  const { store, wire, session, presence, readMarks, logs, jump, phaseHere } = parts;
  const { outbox, changes, drafts, opener, rooms, leaving, notifications, open } = parts;
  const { getState, setState } = store;
  const heartbeat = setInterval(beat, KEEPALIVE_MS);
  attention(() => {
    wire.hurry();
    beat();
  });
  const handlers: WireHandlers = {
    ...createNotices(parts),
    auth: session.auth,
    up: connected,
    down: disconnected,
    refused,
    unreachable: session.unreachable,
  };

  /** Notices lost pushes by asking for them (promise 5). After a reconnect the session tells of them. */
  function beat(): void {
    if (getState().connection !== "up") return;
    void logs.check();
    void presence.lookAround();
    void presence.correct();
    // Another tab may have crashed and left messages behind.
    outbox.flush();
  }

  function connected(told: Session): void {
    const before = getState();
    session.begin(told);
    for (const { id, head } of told.rooms) {
      // Opening the open room again brings its log.
      if (id !== getState().open) logs.headIs(id, head);
    }
    readMarks.resume(told.rooms, before);
    rooms.resume(before);
    outbox.flush();
    const { open: shown, mine, late } = getState();
    const isTheirs = mine.has(shown) || late.has(shown);
    // The room that was open last may be theirs no longer.
    if (options.first.isLast && shown === options.first.room && !isTheirs) open(LOBBY);
    else opener.reopen();
    void presence.lookAround();
  }

  function disconnected(): void {
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
    session.reportLossLater();
    wire.open(handlers);
  }

  function refused({ code, message }: ErrorInfo): void {
    const auth = session.giveUp();
    // Another tab may have signed out and taken the token.
    const returning = identity.token() !== undefined || getState().phase === "joined";
    if (auth && "token" in auth && code === "forbidden") {
      setState({ phase: "arriving", arrival: { token: auth.token } });
    } else if (auth) stay(message);
    else if (returning || code === "unauthorized") endSession(words.join.signedOut);
    else endSession(message, code === "forbidden");
  }

  /** Whoever signs out, or is no longer signed in, leaves nothing behind in the browser. */
  function endSession(error?: string, wrongKey?: boolean): void {
    stop();
    drafts.forgetAll();
    session.end(error, wrongKey);
  }

  /** Does what could still be undone: afterwards nobody is there to do it. */
  async function finish(): Promise<void> {
    changes.releaseAll();
    await store.until((state) => state.connection !== "up" || state.changes.length === 0);
    leaving.release();
    await store.until((state) => state.connection !== "up" || state.leaving === undefined);
  }

  function stop(): void {
    const { typing, announcer } = parts;
    const timed = [session, presence, typing, announcer, readMarks, logs, changes];
    for (const part of [...timed, opener, leaving]) part.stop();
  }

  return {
    store,
    start,
    /** Connects as a new guest. */
    join: (name: string, key?: string): void => comeIn({ name, key }),
    comeIn,
    /** Connects with an account: the guest that this browser knows becomes the account's person. */
    signIn: (token: string): void => comeIn({ token, guest: identity.token() }),
    stay,
    identity,
    async rename(name: string): Promise<void> {
      const { user } = await wire.request("rename", { name });
      presence.renamed(user);
    },
    /** Signs out in this browser, or in all. A guest cannot come back as the same person. */
    async signOut(everywhere: boolean): Promise<void> {
      await finish();
      await wire.request("signOut", { everywhere });
      wire.close();
      endSession();
    },
    /** Asks the server for what changes nothing here, or what its events tell everyone. */
    request: wire.request,
    /** Shows a room, or a message in it. */
    openRoom: open,
    joinRoom: opener.join,
    /** Shows a message that a search has found, and keeps the search. */
    openFound(searched: Search): void {
      open(searched.led.room, searched.led.seq);
      setState({ searched });
      void parts.announcer.announceOne(searched.led);
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
    ...rooms.actions,
    setNotifying: notifications.setNotifying,
    ...drafts.actions,
    /** Sends what the composer holds, or saves the message that it edits. */
    submit(room: string): void {
      if (!drafts.submit(room)) return;
      // Who sends something has read what came before it, and sees the end of the log.
      jump.toLatest(room);
      readMarks.hideDivider(room);
    },
    retry: outbox.retry,
    discard: outbox.remove,
    cancelFile: outbox.removeFile,
    react: changes.react,
    deleteMessage: changes.delete,
    undoDelete: changes.undo,
    showDialog: (dialog: Dialog): void => setState({ dialog }),
    closeDialog: (): void => setState({ dialog: undefined }),
    report: (problem: string): void => setState({ problem }),
    forgetProblem: (): void => setState({ problem: undefined }),
    tell: (done: string): void => setState({ done }),
    forgetDone: (): void => setState({ done: undefined }),
    leaveRoom(room: string, newOwner?: string): void {
      // Once one has left, deletions in the room cannot be sent.
      changes.releaseAll();
      leaving.leave(room, newOwner);
    },
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
      clearInterval(heartbeat);
      wire.close();
    },
  };
}
