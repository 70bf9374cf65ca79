import type { Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useState } from "react";
import type { Row } from "./rows.ts";

/** How long what a link led to stands out. */
const HIGHLIGHT_MS = 2_000;

/**
 * Brings the message that a link names into view.
 * @returns the key of the row that is to stand out
 */
export function useTarget(
  list: Virtualizer<HTMLDivElement, HTMLElement>,
  rows: readonly Row[],
  target: { seq: number } | undefined,
  arrived: () => void,
): string | undefined {
  const [found, setFound] = useState<{ key: string }>();

  useLayoutEffect(() => {
    if (target === undefined) return;
    const index = rows.findIndex(
      (row) => "message" in row && "seq" in row.message && row.message.seq === target.seq,
    );
    const row = rows[index];
    if (row === undefined) return;
    list.scrollToIndex(index, { align: "center" });
    setFound({ key: row.key });
    arrived();
  }, [target, rows]);

  useEffect(() => {
    if (found === undefined) return;
    const timer = setTimeout(() => setFound(undefined), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [found]);

  return found?.key;
}
