import type { ChangeEntry, MessageEntry } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import { textOf } from "../log/room-log.ts";
import { nameOf } from "../people/names.ts";
import type { ChatStore } from "../store.ts";

/** Messages that come within this time are announced in one sentence. */
const BURST_MS = 700;

interface Parts {
  store: ChatStore;
  excerpt: (text: string) => Promise<string>;
}

/** Announces to a screen reader what others write in the open room. */
export function createAnnouncer({ store, excerpt }: Parts) {
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
    if (others.length === 0) return void announceOne(first);
    const authors = new Set([first, ...others].map(nameOfAuthor));
    announced = undefined;
    say(words.telling.messages(others.length + 1, [...authors]));
  }

  async function announceOne(entry: MessageEntry): Promise<void> {
    announced = entry;
    const text = await excerpt(textOf(entry));
    // Meanwhile it may have been deleted, or the room closed.
    if (announced !== entry || getState().open !== entry.room) return;
    say(words.telling.message(nameOf(getState(), entry.author), text));
  }

  function say(announcement: string): void {
    // Screen readers announce changes only: a no-break space makes a repeated text a change.
    const repeated = getState().announcement === announcement;
    setState({ announcement: repeated ? `${announcement}\u00a0` : announcement });
  }

  return {
    announceOne,
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
      if (!announced || !isDeleted(announced)) return;
      announced = undefined;
      setState({ announcement: "" });
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
      burst = [];
      announced = undefined;
    },
  };
}
