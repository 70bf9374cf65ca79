import { useEffect, useState } from "react";
import { hasOlder } from "../chat/log/room-log.ts";
import type { RoomLog } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import type { List, Row } from "./rows.ts";

/** How many rows are rendered above and below those in view. */
export const OVERSCAN = 8;

/** A page is requested when its edge is this many rows away from those in view. */
const AHEAD = OVERSCAN + 10;

/**
 * What follows from the rows on the screen: their messages are seen, and older and newer pages are
 * loaded when the reader comes near the first or the last row.
 * @param newest `seq` of the log's last entry, if the rows reach the end of the log
 * @returns `seq` of the first message on the screen
 */
export function useReading(
  room: string,
  list: List,
  rows: readonly Row[],
  log: RoomLog,
  newest: number | undefined,
): number | undefined {
  const chat = useChat();
  const canLoadOlder = useChatState((state) => state.views[room]?.older === "idle");
  const canLoadNewer = useChatState((state) => state.views[room]?.newer === "idle");
  const { startIndex, endIndex } = list.range ?? {};
  // The list first renders its topmost rows, which nobody reads, and is then scrolled to its place.
  const hasPlace = useHasPlace(list.scrollElement) && startIndex !== undefined;
  const wantsOlder = canLoadOlder && hasOlder(log) && hasPlace && startIndex < AHEAD;
  const isNearLast = endIndex !== undefined && endIndex >= rows.length - AHEAD;
  const wantsNewer = canLoadNewer && newest === undefined && isNearLast;
  useEffect(() => {
    if (wantsOlder) chat.loadOlder(room);
  }, [wantsOlder]);
  useEffect(() => {
    if (wantsNewer) chat.loadNewer(room);
  }, [wantsNewer]);

  const shown = rows.slice(startIndex, (endIndex ?? -1) + 1);
  const seqs = shown.flatMap((row) =>
    "message" in row && "seq" in row.message ? row.message.seq : [],
  );
  // The log's newest entry may be no message.
  const last = (endIndex === rows.length - 1 && newest) || seqs.at(-1);
  const first = seqs[0] ?? last;
  useEffect(() => {
    if (hasPlace && first !== undefined && last !== undefined) chat.seen(room, first, last);
  }, [chat, room, hasPlace, first, last]);
  return first;
}

/** Whether the list has been scrolled, or cannot be. */
function useHasPlace(scroller: HTMLElement | null): boolean {
  const [hasPlace, setHasPlace] = useState(false);
  useEffect(() => {
    if (scroller === null || hasPlace) return;
    const has = () => setHasPlace(true);
    scroller.addEventListener("scroll", has, { once: true, passive: true });
    // It may have scrolled before this, and a short log cannot be scrolled.
    const frame = requestAnimationFrame(() => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      if (scrollTop > 0 || scrollHeight <= clientHeight) has();
    });
    return () => {
      scroller.removeEventListener("scroll", has);
      cancelAnimationFrame(frame);
    };
  }, [scroller, hasPlace]);
  return hasPlace;
}
