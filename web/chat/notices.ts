import type { Parts } from "./parts.ts";
import { newestNotices } from "./people/presence.ts";
import type { Notices } from "./wire/wire.ts";

/** What the page does with each event that the server sends by itself. */
export function createNotices(parts: Parts): Notices {
  const { store, logs, presence, typing, readMarks, rooms, announcer, notifications } = parts;
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
      if (!mine.has(room) && leaving?.room !== room) void rooms.lookUp(room);
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
      logs.headIs(told.id, told.head);
    },
    read: readMarks.receive,
  };
}
