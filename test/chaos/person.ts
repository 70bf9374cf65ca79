import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../../protocol/model.ts";
import { type Chat, createChat } from "../../web/chat/chat.ts";
import type { Outgoing } from "../../web/chat/state.ts";
import type { IdentityStorage } from "../../web/chat/storage/identity-storage.ts";
import type { Unsent } from "../../web/chat/storage/unsent.ts";

/** A tab: the page's whole chat, without the page. */
export interface Tab {
  readonly room: string;
  readonly chat: Chat;
  /** As if the page became visible again. */
  look(): void;
}

/** A person with a browser, whose identity and outbox survive its tabs. */
export class Person {
  readonly name: string;
  tabs: Tab[] = [];
  readonly #kept = new Map<string, Outgoing>();
  readonly #identity = memoryIdentity();

  readonly #failed: (text: string) => void;

  /** `failed` is called with each message that a tab shows as failed. */
  constructor(name: string, failed: (text: string) => void) {
    this.name = name;
    this.#failed = failed;
  }

  /** Opens a tab that shows the room. The first one joins by name. */
  openTab(origin: string, room: string): Tab {
    const looks: (() => void)[] = [];
    const chat = createChat({
      origin,
      identity: this.#identity,
      first: { room },
      unsent: {
        outbox: this.#store(),
        drafts: { load: async () => ({}), put: async () => undefined },
        files: { put: async () => {}, get: async () => undefined, remove: async () => {} },
      },
      config: async () => ({}),
      excerpt: async (text) => text,
      attention: (look) => looks.push(look),
      visibility: { now: () => true, changed: () => undefined },
      notifier: {
        state: () => "unsupported",
        turnOn: async () => undefined,
        turnOff: () => undefined,
        show: async () => undefined,
      },
    });
    const tab = {
      room,
      chat,
      look() {
        for (const look of looks) look();
      },
    };
    chat.store.subscribe(({ outgoing }) => {
      for (const { text, state } of outgoing) if (state === "failed") this.#failed(text);
    });
    this.tabs.push(tab);
    if (this.#identity.token() === undefined) chat.join(this.name);
    else chat.start();
    return tab;
  }

  closeTab(tab: Tab): void {
    this.tabs = this.tabs.filter((one) => one !== tab);
    tab.chat.close();
  }

  /** Messages that are not known to be in the log, in this browser. */
  pending(): number {
    return this.#kept.size;
  }

  id(): string {
    return this.#identity.user() ?? "";
  }

  token(): string {
    return this.#identity.token() ?? "";
  }

  hasIdentity(): boolean {
    return this.#identity.token() !== undefined;
  }

  /** Like IndexedDB: shared by the tabs, one transaction at a time. */
  #store(): Unsent["outbox"] {
    const kept = this.#kept;
    const later = () => new Promise((resolve) => setImmediate(resolve));
    return {
      async load() {
        await later();
        return [...kept.values()].toSorted((a, b) => a.at - b.at);
      },
      async put(message) {
        kept.set(message.id, message);
        await later();
      },
      async change(message, change) {
        await later();
        const stored = kept.get(message.id);
        if (stored === undefined) return undefined;
        const changed = { ...stored, ...change(stored) };
        kept.set(message.id, changed);
        return changed;
      },
      async remove(id) {
        kept.delete(id);
        await later();
      },
    };
  }
}

function memoryIdentity(): IdentityStorage {
  let known: { user: string; token: string } | undefined;
  return {
    token: () => known?.token,
    user: () => known?.user,
    name: () => undefined,
    keep({ id }, token) {
      if (token !== undefined) known = { user: id, token };
    },
    others: () => [],
    room: () => undefined,
    keepRoom: () => {},
    returnTo: () => {},
    forget() {
      known = undefined;
    },
  };
}

/** What a tab shows of a room. */
export function shown({ chat }: Tab, room: string): readonly Entry[] {
  return chat.store.getState().views[room]?.log.entries ?? [];
}

/** Whether a tab shows the end of the log, as it is and without a hole. */
export function showsNewest(tab: Tab, room: string, log: readonly Entry[]): boolean {
  const view = shown(tab, room);
  if (view.length === 0) return log.length === 0;
  return isDeepStrictEqual(view.map(plain), log.slice(log.length - view.length).map(plain));
}

/** A change without its message, whose state is compared separately. */
function plain(entry: Entry): object {
  if (entry.kind === "message") return entry;
  const { message: _, ...change } = entry;
  return change;
}
