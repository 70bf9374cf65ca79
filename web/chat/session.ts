import type { AuthData } from "../../protocol/events.ts";
import type { Session } from "../../protocol/model.ts";
import { words } from "../words.ts";
import { withPeople } from "./people/names.ts";
import { withMine, withRooms } from "./rooms/known-rooms.ts";
import { initialState } from "./state.ts";
import type { IdentityStorage } from "./storage/identity-storage.ts";
import type { ChatStore } from "./store.ts";

/** After this time the page says that the connection is lost. It does not mention shorter losses. */
const LOST_AFTER_MS = 5_000;

/** Whether this page is connected, and as whom. */
export function createSession(parts: { store: ChatStore; identity: IdentityStorage }) {
  const { identity, store } = parts;
  const { getState, setState } = store;
  let lost: ReturnType<typeof setTimeout> | undefined;
  let credentials: AuthData = { name: "" };

  function reportLossLater(): void {
    clearTimeout(lost);
    lost = setTimeout(() => setState({ connection: "lost" }), LOST_AFTER_MS);
  }

  return {
    auth(): AuthData {
      const token = identity.token();
      return token === undefined || !("name" in credentials) ? credentials : { token };
    },
    begin({ user, token, account = false, rooms, late = [] }: Session): void {
      clearTimeout(lost);
      // Since the form was shown, another window has come in, and its token was used.
      const isOther = "name" in credentials && credentials.name !== "" && token === undefined;
      // A code works once. From now on, a connection without a token is refused, and the page says so.
      credentials = { name: "" };
      identity.keep(user, token);
      setState((state) => ({
        ...withRooms(state, rooms),
        ...withPeople(state, [user, ...rooms.flatMap((room) => room.users ?? [])]),
        phase: "joined",
        joining: { pending: false },
        connection: "up",
        user,
        account,
        arrival: undefined,
        present: new Set([user.id]),
        ...(isOther && { problem: words.join.already(user.name) }),
        ...withMine(
          {
            ...state,
            mine: new Set(late.filter((id) => state.mine.has(id))),
            late: new Set(late),
          },
          ...rooms.map(({ id }) => id),
        ),
      }));
    },
    disconnected(): void {
      if (getState().connection !== "up") return;
      setState({ connection: "down" });
      reportLossLater();
    },
    /** Nobody is signed in any longer. Whoever joins next sees nothing of what was known here. */
    end(error?: string, wrongKey = false): void {
      clearTimeout(lost);
      identity.forget();
      const { open, notifying } = getState();
      setState({
        ...initialState({ phase: "joining", open }),
        joining: { pending: false, error, wrongKey },
        notifying,
      });
    },
    unreachable(): void {
      if (getState().phase !== "joining") return;
      setState({ joining: { pending: true, error: words.join.unreachable } });
    },
    reportLossLater,
    joinAs(chosen: AuthData): void {
      credentials = chosen;
      setState({ phase: "joining", joining: { pending: true } });
    },
    /** @returns the link or the sign-in that was not accepted, if somebody came with one */
    giveUp(): AuthData | undefined {
      const given = credentials;
      credentials = { name: "" };
      return "name" in given ? undefined : given;
    },
    stop: (): void => clearTimeout(lost),
  };
}
