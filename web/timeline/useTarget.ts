import { useEffect, useLayoutEffect, useState } from "react";
import type { List, Row } from "./rows.ts";

/** How long the message that a link led to is highlighted. */
const HIGHLIGHT_MS = 2_000;

/**
 * Scrolls to the message that a link or a jump names.
 * @returns the key of the row to highlight
 */
export function useTarget(
  list: List,
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
