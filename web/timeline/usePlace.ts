import type { VirtualItem } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";
import type { List, Row } from "./rows.ts";

/** Where a person was reading: the first row on the screen, and the px of it above the edge. */
interface Place {
  key: string;
  hidden: number;
  /** How high the rows were. */
  sizes: VirtualItem[];
}

/** By room, where a person was reading who was not at the end. */
const places = new Map<string, Place>();

/** What a virtual list begins with, to find a place again. */
export function knownSizes(room: string): VirtualItem[] {
  return places.get(room)?.sizes ?? [];
}

/** Roughly where a room will open, so that the rows at its top are not rendered in vain. */
export function beginning(room: string, rows: readonly Row[], size: (row: Row) => number): number {
  const unread = rows.findIndex((row) => "message" in row && row.divided);
  const place = unread < 0 ? places.get(room) : undefined;
  const left = place?.sizes.find(({ key }) => key === place.key);
  if (place && left) return left.start + place.hidden;
  const above = unread < 0 ? rows : rows.slice(0, unread);
  return above.reduce((sum, row) => sum + size(row), 0);
}

/** Remembers where a person was reading when they leave a room, unless they were at its end. */
export function keepPlace(room: string, list: List, atEnd: boolean): void {
  places.delete(room);
  const offset = list.scrollOffset ?? 0;
  const first = list.getVirtualItems().find(({ end }) => end > offset);
  if (atEnd || first === undefined) return;
  const sizes = [...list.measurementsCache];
  places.set(room, { key: String(first.key), hidden: offset - first.start, sizes });
}

/**
 * Opens a room at its first unread message; if there is none, where it was left; otherwise at its
 * end.
 * @param moved to be called after a jump
 */
export function usePlace(room: string, list: List, rows: readonly Row[], moved: () => void): void {
  const placed = useRef(false);
  useLayoutEffect(() => {
    if (placed.current || rows.length === 0) return;
    placed.current = true;
    const unread = rows.findIndex((row) => "message" in row && row.divided);
    const place = places.get(room);
    const left = place === undefined ? -1 : rows.findIndex(({ key }) => key === place.key);
    if (unread >= 0) list.scrollToIndex(unread, { align: "start" });
    else if (place && left >= 0) {
      const start = list.measurementsCache[left]?.start ?? 0;
      list.scrollToOffset(start + place.hidden);
    } else return;
    moved();
  }, [room, list, rows, moved]);
}
