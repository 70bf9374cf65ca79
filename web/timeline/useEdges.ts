import { useEffect } from "react";

/** How many rows are rendered above and below those in view. */
export const OVERSCAN = 8;

/** A page is requested when its edge is this many rows away from those in view. */
const AHEAD = OVERSCAN + 10;

/**
 * Loads older and newer pages when the reader comes near the first or the last row. (Before the list
 * has its place, `shown` is undefined: it begins at the first row, where nobody is.)
 */
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
