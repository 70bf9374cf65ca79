import { LOBBY } from "../../../protocol/rooms.ts";
import { words } from "../../words.ts";
import { nameOfRoom } from "../people/names.ts";
import type { ChatStore } from "../store.ts";
import { createTimers } from "../timers.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";

/** How long one can come back from a room as if one had not left it. */
const UNDO_MS = 5_000;

interface Parts {
  store: ChatStore;
  wire: Wire;
  open: (room: string) => void;
  /** This person is no longer in a room. */
  ended: (room: string) => void;
}

/** Leaving a room: it is out of sight at once, and the server is told when it can no longer be undone. */
export function createLeaving({ store, wire, open, ended }: Parts) {
  const { getState, setState } = store;
  /** The room that can still be undone. */
  const held = createTimers();

  function leave(room: string, heir?: string): void {
    if (room === LOBBY) return;
    held.hurry();
    setState(({ mine }) => ({
      leaving: { room, held: true },
      mine: new Set([...mine].filter((id) => id !== room)),
    }));
    held.set(room, UNDO_MS, () => void send(room, heir));
    if (getState().open === room) open(LOBBY);
  }

  /** Takes it back, if it is that room. */
  function undo(room: string): void {
    if (!held.has(room)) return;
    held.cancel(room);
    setState(({ mine }) => ({ leaving: undefined, mine: new Set([...mine, room]) }));
  }

  async function send(room: string, heir: string | undefined): Promise<void> {
    setState({ leaving: { room, held: false } });
    try {
      if (heir !== undefined) await wire.request("setRoom", { room, owner: heir });
      await wire.request("leaveRoom", { room });
      ended(room);
    } catch (error) {
      const problem = words.leaving.notLeft(nameOfRoom(getState(), room), sentenceOf(error));
      setState(({ mine }) => ({ mine: new Set([...mine, room]), problem }));
    } finally {
      setState(({ leaving }) => ({ leaving: leaving?.room === room ? undefined : leaving }));
    }
  }

  return {
    leave,
    undo,
    /** Sends it now: the page is closing. */
    release: held.hurry,
    stop: held.stop,
  };
}
