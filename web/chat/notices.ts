import type { Logs } from "./log/logs.ts";
import { newestNotices } from "./people/online.ts";
import type { createPresence } from "./people/presence.ts";
import type { createTyping } from "./people/typing.ts";
import type { createReadMarks } from "./rooms/read-marks.ts";
import type { createRoomActions } from "./rooms/room-actions.ts";
import type { createRoomList } from "./rooms/room-list.ts";
import type { ChatStore } from "./store.ts";
import type { createAnnouncer } from "./telling/announcer.ts";
import type { createNotifications } from "./telling/notifications.ts";
import type { Notices } from "./wire/wire.ts";

interface Parts {
  store: ChatStore;
  logs: Logs;
  presence: ReturnType<typeof createPresence>;
  typing: ReturnType<typeof createTyping>;
  readMarks: ReturnType<typeof createReadMarks>;
  rooms: ReturnType<typeof createRoomActions>;
  roomList: ReturnType<typeof createRoomList>;
  announcer: ReturnType<typeof createAnnouncer>;
  notifications: ReturnType<typeof createNotifications>;
  /** Sends what waits. */
  flush: () => void;
}

/** What the page does with each event that the server sends by itself. */
export function createNotices(parts: Parts): Notices {
  const { store, logs, presence, typing, readMarks } = parts;
  const { rooms, roomList, announcer, notifications, flush } = parts;
  const isNewest = newestNotices();
  const isMe = (user: { id: string }) => user.id === store.getState().user?.id;

  return {
    message(entry) {
      const { room, author, seq } = entry;
      logs.add(room, [entry]);
      if (isMe(author)) readMarks.ownMessage(room, seq);
      announcer.announce(entry);
      notifications.notify(entry);
      typing.end(room, author.id);
      const { mine, leaving } = store.getState();
      if (!mine.has(room) && leaving?.room !== room) roomList.refresh(room);
    },
    changed(entry) {
      logs.add(entry.room, [entry]);
      announcer.retract(entry);
    },
    joined({ room, user, n }) {
      // The event `room` brings a room that this person has joined.
      if (!isMe(user) && isNewest(`${room} ${user.id}`, n)) presence.joined(room, user);
    },
    left({ room, user, n }) {
      if (isMe(user)) rooms.left(room, n);
      else if (isNewest(`${room} ${user.id}`, n)) {
        presence.left(room, user);
        typing.end(room, user.id);
      }
    },
    presence: presence.receive,
    typing: typing.receive,
    room(told) {
      rooms.receive(told);
      if (!("head" in told)) return;
      // What was said before a room came that was late.
      logs.add(told.id, [], told.head);
      logs.fetchMissing(told.id);
      flush();
    },
    read: readMarks.receive,
  };
}
