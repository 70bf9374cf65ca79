import { useEffect } from "react";

/** A page of older messages is asked for this many rows before the reader comes to the first. */
const AHEAD = 10;

export function useOlder(firstShown: number | undefined, canLoad: boolean, load: () => void): void {
  const near = firstShown !== undefined && firstShown < AHEAD;
  useEffect(() => {
    if (near && canLoad) load();
  }, [near, canLoad]);
}
