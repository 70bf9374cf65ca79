import type { MessageEntry } from "../../../protocol/model.ts";
import { roomName } from "../people/names.ts";
import { browserStorage } from "../storage/local-storage.ts";
import type { ChatState, ChatStore } from "../store.ts";

/** The system's notifications, as far as the page may use them. */
export interface Notifier {
  state(): ChatState["notifying"];
  /** Asks the person, if need be: only after their own click. */
  turnOn(): Promise<void>;
  turnOff(): void;
  show(title: string, text: string, room: string, clicked: () => void): void;
}

const WANTED = "natter.notifications";

/** The browser's own; it has none outside of a secure context. */
export function browserNotifier(): Notifier {
  const storage = browserStorage();
  const supported = "Notification" in window && window.isSecureContext;
  return {
    state() {
      if (!supported) return "unsupported";
      if (Notification.permission === "denied") return "denied";
      return Notification.permission === "granted" && storage.get(WANTED) === "on" ? "on" : "off";
    },
    async turnOn() {
      storage.set(WANTED, "on");
      await Notification.requestPermission();
    },
    turnOff: () => storage.remove(WANTED),
    show(title, text, room, clicked) {
      try {
        const shown = new Notification(title, { body: text, tag: room, icon: "/favicon.svg" });
        shown.onclick = () => {
          window.focus();
          clicked();
          shown.close();
        };
      } catch {
        // Chrome on Android shows them from a service worker alone.
      }
    },
  };
}

interface Parts {
  store: ChatStore;
  notifier: Notifier;
  visible: () => boolean;
  open: (room: string, seq: number) => void;
}

/** Tells a person who looks elsewhere of the messages that mean them. */
export function createNotifications({ store, notifier, visible, open }: Parts) {
  const { getState, setState } = store;
  const refresh = () => setState({ notifying: notifier.state() });
  refresh();

  return {
    async setNotifying(on: boolean): Promise<void> {
      if (on) await notifier.turnOn();
      else notifier.turnOff();
      refresh();
    },
    hear(entry: MessageEntry): void {
      const { user, rooms, notifying } = getState();
      const room = rooms[entry.room];
      if (notifying !== "on" || visible() || user === undefined) return;
      if (room === undefined || entry.author.id === user.id) return;
      if (room.kind !== "direct" && !entry.mentions?.includes(user.id)) return;
      const where = room.kind === "direct" ? "" : ` in ${roomName(room, room.id, user)}`;
      notifier.show(`${entry.author.name}${where}`, entry.text, room.id, () =>
        open(room.id, entry.seq),
      );
    },
  };
}
