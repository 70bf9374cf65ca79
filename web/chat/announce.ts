import type { Entry } from "../../protocol/model.ts";
import type { ChatStore } from "./store.ts";

/** What comes within this time is told in one sentence. */
const BURST_MS = 700;

/** Tells a screen reader the messages that others write into the open room. */
export function createAnnouncer({ getState, setState }: ChatStore) {
  let burst: { room: string; author: string; text: string }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(): void {
    timer = undefined;
    const { open } = getState();
    const [first, ...others] = burst.filter(({ room }) => room === open);
    burst = [];
    if (first === undefined) return;
    const authors = new Set([first, ...others].map(({ author }) => author));
    setState({
      announcement:
        others.length === 0
          ? `${first.author}: ${first.text}`
          : `${others.length + 1} new messages from ${listed([...authors])}`,
    });
  }

  return {
    hear(entry: Entry): void {
      const { open, user } = getState();
      if (entry.kind !== "message" || entry.room !== open || entry.author.id === user?.id) return;
      burst.push({ room: entry.room, author: entry.author.name, text: entry.text });
      timer ??= setTimeout(say, BURST_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.length} people`;
  return new Intl.ListFormat("en").format(names);
}
