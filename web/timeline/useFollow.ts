import type { Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Row } from "./rows.ts";

/** Within so many pixels of the end, the list follows what comes. */
export const END_THRESHOLD = 100;

interface Options {
  list: Virtualizer<HTMLDivElement, HTMLElement>;
  rows: readonly Row[];
  /** The log's last entry. */
  newest: number;
  /** Whether the rows go as far as the log does. */
  live: boolean;
}

interface Following {
  /** While the reader is elsewhere, the last entry that was there when they left the end. */
  leftAt: number | undefined;
  toEnd: () => void;
  /** To be called when the page itself has scrolled: the event comes only after the next rows. */
  moved: () => void;
}

/**
 * Keeps a reader who is at the end there, whatever comes, and brings the sender to what was just
 * sent. (`followOnAppend` alone follows the last row only, and pending messages stay below those
 * of others.)
 */
export function useFollow({ list, rows, newest, live }: Options): Following {
  const atEnd = useRef(true);
  const lastSent = useRef<string | undefined>(undefined);
  const now = useRef({ newest, live });
  now.current = { newest, live };
  const [leftAt, setLeftAt] = useState<number>();

  useEffect(() => {
    const scroller = list.scrollElement;
    if (scroller === null) return;
    const note = () => {
      const { newest, live } = now.current;
      const isAtEnd = live && list.isAtEnd();
      if (isAtEnd !== atEnd.current) setLeftAt(isAtEnd ? undefined : newest);
      atEnd.current = isAtEnd;
    };
    scroller.addEventListener("scroll", note, { passive: true });
    // A composer that grows, or a phone's keyboard, takes its space at the end.
    const resizes = new ResizeObserver(() => {
      if (atEnd.current && now.current.live) list.scrollToEnd();
    });
    resizes.observe(scroller);
    return () => {
      resizes.disconnect();
      scroller.removeEventListener("scroll", note);
    };
  }, [list]);

  useLayoutEffect(() => {
    const last = rows.at(-1);
    const sent = last && "message" in last && "state" in last.message;
    const isNew = sent && last.key !== lastSent.current;
    if (isNew) lastSent.current = last.key;
    if (isNew || (atEnd.current && live)) list.scrollToEnd();
  }, [list, rows, live]);

  const moved = useCallback(() => {
    const scroller = list.scrollElement;
    if (scroller === null || !now.current.live) return;
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= END_THRESHOLD;
    if (isAtEnd !== atEnd.current) setLeftAt(isAtEnd ? undefined : now.current.newest);
    atEnd.current = isAtEnd;
  }, [list]);

  const toEnd = useCallback(() => {
    atEnd.current = true;
    setLeftAt(undefined);
    list.scrollToEnd();
  }, [list]);

  return { leftAt, toEnd, moved };
}
