import { useEffect } from "react";

/** Rows that are there above and below those in view. */
export const OVERSCAN = 8;

/** A page is asked for this many rows before the last one there is comes into view. */
const AHEAD = OVERSCAN + 10;

/** Loads what comes before the rows, and after them, when the reader comes near. */
export function useEdges(
  shown: { first: number | undefined; last: number | undefined; count: number },
  older: false | (() => void),
  newer: false | (() => void),
): void {
  const nearFirst = shown.first !== undefined && shown.first < AHEAD;
  const nearLast = shown.last !== undefined && shown.last >= shown.count - AHEAD;
  const [canLoadOlder, canLoadNewer] = [older !== false, newer !== false];
  useEffect(() => {
    if (nearFirst && older) older();
  }, [nearFirst, canLoadOlder]);
  useEffect(() => {
    if (nearLast && newer) newer();
  }, [nearLast, canLoadNewer]);
}
