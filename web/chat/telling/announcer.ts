import type { ChangeEntry, MessageEntry } from "../../../protocol/model.ts";
import type { ChatStore } from "../store.ts";

/** What comes within this time is told in one sentence. */
const BURST_MS = 700;

/** Tells a screen reader the messages that others write into the open room. */
export function createAnnouncer({ getState, setState }: ChatStore) {
  let burst: MessageEntry[] = [];
  /** The message whose text was told last. */
  let said: MessageEntry | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(): void {
    timer = undefined;
    const { open } = getState();
    const [first, ...others] = burst.filter(({ room }) => room === open);
    burst = [];
    if (first === undefined) return;
    const authors = new Set([first, ...others].map(({ author }) => author.name));
    said = others.length === 0 ? first : undefined;
    const announcement =
      others.length === 0
        ? `${first.author.name}: ${first.text}`
        : `${others.length + 1} new messages from ${listed([...authors])}`;
    // The same words once more are no change, of which alone is told.
    const same = getState().announcement === announcement;
    setState({ announcement: same ? `${announcement}\u00a0` : announcement });
  }

  return {
    hear(entry: MessageEntry): void {
      const { open, user } = getState();
      if (entry.room !== open || entry.author.id === user?.id) return;
      burst.push(entry);
      timer ??= setTimeout(say, BURST_MS);
    },
    /** What is deleted is not said any more, nor kept where it was said. */
    forget({ kind, message }: ChangeEntry): void {
      if (kind !== "delete") return;
      burst = burst.filter(({ seq, room }) => seq !== message.seq || room !== message.room);
      if (said?.room === message.room && said.seq === message.seq) setState({ announcement: "" });
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
      burst = [];
    },
  };
}

function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.length} people`;
  return new Intl.ListFormat("en").format(names);
}
