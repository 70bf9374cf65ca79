import type { ErrorInfo } from "../../protocol/errors.ts";
import type { Session } from "../../protocol/model.ts";
import { withPeople } from "./people/names.ts";
import type { Identity } from "./storage/identity-storage.ts";
import { type ChatState, type ChatStore, initialState, withRooms } from "./store.ts";

/** A disconnect that is shorter than this is not worth a word. */
const QUIET_MS = 5_000;

interface Parts {
  store: ChatStore;
  identity: Identity;
  /** Connected; `before` is the state until then. */
  started: (session: Session, before: ChatState) => void;
  ended: () => void;
  /** Forgets what the person has written and not sent: nobody else is to send it. */
  forget: () => void;
}

/** Whether one is connected, and as whom. */
export function createSession({ store, identity, started, ended, forget }: Parts) {
  const { getState, setState } = store;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let name = "";

  function sayIfItLasts(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => setState({ connection: "lost" }), QUIET_MS);
  }

  function down(): void {
    ended();
    if (getState().connection !== "up") return;
    setState({ connection: "down" });
    sayIfItLasts();
  }

  return {
    auth() {
      const token = identity.token();
      return token === undefined ? { name } : { token };
    },
    up(session: Session): void {
      const { user, token, rooms } = session;
      clearTimeout(quiet);
      identity.keep(user.id, token);
      const before = getState();
      setState((state) => ({
        ...withRooms(state, rooms),
        ...withPeople(state, [user, ...rooms.flatMap((room) => room.users ?? [])]),
        phase: "joined",
        joining: { pending: false },
        connection: "up",
        user,
        mine: new Set(rooms.map(({ id }) => id)),
      }));
      started(session, before);
    },
    down,
    refused({ code, message }: ErrorInfo): void {
      clearTimeout(quiet);
      // Another tab may have signed out and forgotten the token.
      const returning = identity.token() !== undefined || getState().phase === "joined";
      if (returning) {
        forget();
        identity.forget();
      }
      const error =
        returning || code === "unauthorized"
          ? "You are no longer signed in here. Choose a name to go on."
          : message;
      const { open, notifying } = getState();
      // Whoever joins next sees nothing of whom was known here.
      setState({
        ...initialState({ phase: "joining", open }),
        joining: { pending: false, error },
        notifying,
      });
    },
    unreachable(): void {
      if (getState().phase !== "joining") return;
      setState({
        joining: { pending: true, error: "The server cannot be reached. Trying again…" },
      });
    },
    sayIfItLasts,
    beNamed(chosen: string): void {
      name = chosen;
      setState({ joining: { pending: true } });
    },
    stop: () => clearTimeout(quiet),
  };
}
