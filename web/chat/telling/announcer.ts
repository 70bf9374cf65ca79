import type { ChangeEntry, MessageEntry } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import { textOf } from "../log/room-log.ts";
import { nameOf } from "../people/names.ts";
import type { ChatStore } from "../store.ts";

/** Messages that come within this time are announced in one sentence. */
const BURST_MS = 700;

/** Announces to a screen reader what others write in the open room. */
export function createAnnouncer({ store }: { store: ChatStore }) {
  const { getState, setState } = store;
  let burst: MessageEntry[] = [];
  /** The message whose text is the announcement. */
  let announced: MessageEntry | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function announceBurst(): void {
    timer = undefined;
    const { open } = getState();
    const [first, ...others] = burst.filter(({ room }) => room === open);
    burst = [];
    if (first === undefined) return;
    const nameOfAuthor = ({ author }: MessageEntry) => nameOf(getState(), author);
    const authors = new Set([first, ...others].map(nameOfAuthor));
    announced = others.length === 0 ? first : undefined;
    const announcement =
      others.length === 0
        ? words.telling.message(nameOfAuthor(first), textOf(first))
        : words.telling.messages(others.length + 1, [...authors]);
    // Screen readers announce changes only: a no-break space makes a repeated text a change.
    const repeated = getState().announcement === announcement;
    setState({ announcement: repeated ? `${announcement}\u00a0` : announcement });
  }

  return {
    announce(entry: MessageEntry): void {
      const { open, user } = getState();
      if (entry.room !== open || entry.author.id === user?.id) return;
      burst.push(entry);
      timer ??= setTimeout(announceBurst, BURST_MS);
    },
    /** Takes a deleted message out of what is announced. */
    retract({ kind, message }: ChangeEntry): void {
      if (kind !== "delete") return;
      const isDeleted = ({ seq, room }: MessageEntry) =>
        seq === message.seq && room === message.room;
      burst = burst.filter((entry) => !isDeleted(entry));
      if (announced && isDeleted(announced)) setState({ announcement: "" });
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
      burst = [];
    },
  };
}
