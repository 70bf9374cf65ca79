import type { Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Row, seqOf } from "./rows.ts";

type List = Virtualizer<HTMLDivElement, HTMLElement>;

/**
 * Keeps a reader who is at the end there, whatever comes, and brings the sender to what was just
 * sent. (`followOnAppend` alone follows the last row only, and pending messages stay below those
 * of others.)
 *
 * @returns while the reader is elsewhere, the last entry that was there when they left the end
 */
export function useFollow(list: List, rows: readonly Row[]): number | undefined {
  const atEnd = useRef(true);
  const lastSent = useRef<string | undefined>(undefined);
  const newest = useRef(0);
  const [leftAt, setLeftAt] = useState<number>();

  useEffect(() => {
    const scroller = list.scrollElement;
    if (scroller === null) return;
    const note = () => {
      const now = list.isAtEnd();
      if (now !== atEnd.current) setLeftAt(now ? undefined : newest.current);
      atEnd.current = now;
    };
    scroller.addEventListener("scroll", note, { passive: true });
    return () => scroller.removeEventListener("scroll", note);
  }, [list]);

  useLayoutEffect(() => {
    const last = rows.at(-1);
    const entry = rows.findLast(({ message }) => "seq" in message);
    newest.current = entry ? seqOf(entry.message) : 0;
    const sent = last && "state" in last.message && last.key !== lastSent.current;
    if (sent) lastSent.current = last.key;
    if (sent || atEnd.current) list.scrollToEnd();
  }, [list, rows]);

  return leftAt;
}
