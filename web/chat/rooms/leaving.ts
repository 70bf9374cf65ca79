import { LOBBY } from "../../../protocol/rooms.ts";
import { words } from "../../words.ts";
import { nameOfRoom } from "../people/names.ts";
import type { ChatStore } from "../store.ts";
import { createTimers, UNDO_MS } from "../timers.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";

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
  /** The room that was left and can still be returned to. */
  const held = createTimers();

  function leave(room: string, newOwner?: string): void {
    if (room === LOBBY) return;
    held.hurry();
    setState(({ mine }) => ({
      leaving: { room, held: true },
      mine: new Set([...mine].filter((id) => id !== room)),
    }));
    held.set(room, UNDO_MS, () => void send(room, newOwner));
    if (getState().open === room) open(LOBBY);
  }

  /** Takes the leaving back, if it is of that room. */
  function undo(room: string): void {
    if (!held.has(room)) return;
    held.cancel(room);
    setState(({ mine }) => ({ leaving: undefined, mine: new Set([...mine, room]) }));
  }

  async function send(room: string, newOwner: string | undefined): Promise<void> {
    setState({ leaving: { room, held: false } });
    try {
      if (newOwner !== undefined) await wire.request("setRoom", { room, owner: newOwner });
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
