import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { List, Row } from "./rows.ts";

/** Within this many px of the end, the list follows new messages. */
export const END_THRESHOLD = 100;

interface Options {
  list: List;
  rows: readonly Row[];
  /** `seq` of the log's last entry. */
  newest: number;
  /** Whether the rows reach the end of the log. */
  live: boolean;
}

/**
 * Keeps a reader who is at the end there, and scrolls a sender to what was just sent.
 * (`followOnAppend` alone follows the last row only, and pending messages stay below those of
 * others.)
 */
export function useFollow({ list, rows, newest, live }: Options) {
  const atEnd = useRef(true);
  /** When the last message was written to which the list has scrolled. */
  const lastSent = useRef(Date.now());
  const now = useRef({ newest, live });
  now.current = { newest, live };
  /** While the reader is elsewhere: `seq` of the last entry when they left the end. */
  const [leftAt, setLeftAt] = useState<number>();

  const setAtEnd = useCallback((isAtEnd: boolean) => {
    if (isAtEnd !== atEnd.current) setLeftAt(isAtEnd ? undefined : now.current.newest);
    atEnd.current = isAtEnd;
  }, []);

  useEffect(() => {
    const scroller = list.scrollElement;
    if (scroller === null) return;
    const note = () => setAtEnd(now.current.live && list.isAtEnd());
    scroller.addEventListener("scroll", note, { passive: true });
    // A composer that grows, or a phone's keyboard, takes its space at the end.
    const stay = () => {
      if (atEnd.current && now.current.live) list.scrollToEnd();
    };
    const resizes = new ResizeObserver(stay);
    resizes.observe(scroller);
    // When one tall text replaces another, the field is small for a moment, the list taller, and its
    // scroll position is clamped.
    document.addEventListener("input", stay);
    return () => {
      document.removeEventListener("input", stay);
      resizes.disconnect();
      scroller.removeEventListener("scroll", note);
    };
  }, [list]);

  useLayoutEffect(() => {
    const last = rows.at(-1);
    const sentAt = last && "message" in last && "state" in last.message ? last.message.at : 0;
    const isNew = sentAt > lastSent.current;
    if (isNew) lastSent.current = sentAt;
    if (isNew || (atEnd.current && live)) list.scrollToEnd();
  }, [list, rows, live]);

  /** To be called after a jump: the scroll event comes only after the next rows. */
  const moved = useCallback(() => {
    const scroller = list.scrollElement;
    if (scroller === null || !now.current.live) return;
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    setAtEnd(scrollHeight - scrollTop - clientHeight <= END_THRESHOLD);
  }, [list]);

  const toEnd = useCallback(() => {
    atEnd.current = true;
    setLeftAt(undefined);
    list.scrollToEnd();
  }, [list]);

  const isAtEnd = useCallback(() => now.current.live && atEnd.current, []);

  return { leftAt, toEnd, moved, isAtEnd };
}
