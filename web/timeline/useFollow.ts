import type { Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Row } from "./rows.ts";

type List = Virtualizer<HTMLDivElement, HTMLElement>;

/**
 * Keeps a reader who is at the end there, whatever comes, and brings the sender to what was just
 * sent. (`followOnAppend` alone follows the last row only, and pending messages stay below those
 * of others.)
 */
export function useFollow(list: List, rows: readonly Row[]): void {
  const atEnd = useRef(true);
  const lastSent = useRef<string | undefined>(undefined);

  useEffect(() => {
    const scroller = list.scrollElement;
    if (scroller === null) return;
    const note = () => {
      atEnd.current = list.isAtEnd();
    };
    scroller.addEventListener("scroll", note, { passive: true });
    return () => scroller.removeEventListener("scroll", note);
  }, [list]);

  useLayoutEffect(() => {
    const last = rows.at(-1);
    const sent = last?.outgoing && last.key !== lastSent.current;
    if (sent) lastSent.current = last.key;
    if (sent || atEnd.current) list.scrollToEnd();
  }, [list, rows]);
}
