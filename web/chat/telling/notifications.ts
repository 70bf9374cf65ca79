import type { MessageEntry } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import type { Visibility } from "../attention.ts";
import { textOf } from "../log/room-log.ts";
import { nameOf } from "../people/names.ts";
import type { ChatState } from "../state.ts";
import { attempt, browserStorage } from "../storage/local-storage.ts";
import type { ChatStore } from "../store.ts";

export type Notifier = ReturnType<typeof browserNotifier>;

const WANTED = "natter.notifications";

export function browserNotifier() {
  const storage = browserStorage();
  let supported = "Notification" in window && window.isSecureContext;
  return {
    state(): ChatState["notifying"] {
      if (!supported) return "unsupported";
      if (Notification.permission === "denied") return "denied";
      return Notification.permission === "granted" && storage.get(WANTED) === "on" ? "on" : "off";
    },
    /** Asks for permission if need be, so it may follow only a click of the person's own. */
    async turnOn(): Promise<void> {
      // Without permission nothing shows. Chrome on Android throws: it wants a service worker.
      if (Notification.permission === "default")
        supported = attempt(() => new Notification("")) !== undefined;
      if (!supported) return;
      storage.set(WANTED, "on");
      await Notification.requestPermission();
    },
    turnOff: (): void => storage.remove(WANTED),
    async show(title: string, text: string, room: string, clicked: () => void): Promise<void> {
      // Each of a room replaces the one before, and alerts anew.
      const options = { body: text, tag: room, renotify: true, icon: "/favicon.svg" };
      const shown = attempt(() => new Notification(title, options));
      supported = shown !== undefined;
      shown?.addEventListener("click", () => {
        window.focus();
        clicked();
        shown.close();
      });
    },
  };
}

interface Parts {
  store: ChatStore;
  notifier: Notifier;
  visibility: Pick<Visibility, "now">;
  excerpt: (text: string) => Promise<string>;
  open: (room: string, seq: number) => void;
}

/** Notifies of mentions and direct messages while the page is not visible. */
export function createNotifications({ store, notifier, visibility, excerpt, open }: Parts) {
  const { getState, setState } = store;
  const refresh = () => setState({ notifying: notifier.state() });
  refresh();

  return {
    async setNotifying(on: boolean): Promise<void> {
      if (on) await notifier.turnOn();
      else notifier.turnOff();
      refresh();
    },
    notify(entry: MessageEntry): void {
      const { user, rooms, notifying } = getState();
      const room = rooms[entry.room];
      if (notifying !== "on" || visibility.now() || user === undefined) return;
      if (room === undefined || entry.author.id === user.id) return;
      if (room.kind !== "direct" && !entry.mentions?.includes(user.id)) return;
      const name = nameOf(getState(), entry.author);
      const title = room.kind === "direct" ? name : words.telling.inRoom(name, room.name);
      // If the browser cannot show it, the account's dialog says so from then on.
      excerpt(textOf(entry))
        .then((text) => notifier.show(title, text, room.id, () => open(room.id, entry.seq)))
        .then(refresh, refresh);
    },
  };
}
