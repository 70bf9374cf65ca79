import { useEffect } from "react";

/** A page is asked for this many rows before the reader comes to the last one there is. */
const AHEAD = 10;

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
