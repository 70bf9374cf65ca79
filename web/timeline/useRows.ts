import { useMemo, useRef } from "react";
import { hasOlder } from "../chat/log/room-log.ts";
import type { RoomLog } from "../chat/state.ts";
import { withPending } from "../chat/writing/changes.ts";
import { useChatState } from "../context.ts";
import { type Row, toRows } from "./rows.ts";

/** The rows of a room's timeline. */
export function useRows(room: string, log: RoomLog): Row[] {
  const user = useChatState((state) => state.user);
  const allOutgoing = useChatState((state) => state.outgoing);
  const changes = useChatState((state) => state.changes);
  const past = useChatState((state) => state.views[room]?.past !== undefined);
  const allNotices = useChatState((state) => state.views[room]?.notices);
  const mark = useChatState((state) => state.views[room]?.dividerAfter);
  // Where the log is not loaded from the mark on, its first row is not the first unread one.
  const dividerAfter = mark !== undefined && isLoadedAfter(log, mark) ? mark : undefined;
  /** Rows that have once been the first: they keep their author's name, so older pages move nothing. */
  const begun = useRef(new Set<number>());

  return useMemo(() => {
    const first = log.entries.find(({ kind }) => kind === "message");
    if (first) begun.current.add(first.seq);
    // Both stand after the end of the log, which the past does not show.
    const outgoing = past ? [] : allOutgoing.filter((message) => message.room === room);
    const notices = past ? [] : allNotices;
    const entries = withPending(log.entries, changes, user?.id ?? "");
    return toRows(entries, outgoing, user, {
      dividerAfter,
      begun: begun.current,
      older: hasOlder(log),
      ...(notices && { notices }),
    });
  }, [log, changes, allOutgoing, allNotices, past, user, room, dividerAfter]);
}

function isLoadedAfter({ entries }: RoomLog, seq: number): boolean {
  return (entries[0]?.seq ?? 0) <= seq + 1;
}
