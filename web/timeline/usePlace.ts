import type { VirtualItem, Virtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";
import type { Row } from "./rows.ts";

type List = Virtualizer<HTMLDivElement, HTMLElement>;

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
export function knownSizes(room: string): { initialMeasurementsCache?: VirtualItem[] } {
  const sizes = places.get(room)?.sizes;
  return sizes === undefined ? {} : { initialMeasurementsCache: sizes };
}

/** About where a room begins, so that its first rows are not rendered for nothing. */
export function beginning(room: string, rows: readonly Row[], size: (row: Row) => number): number {
  const unread = rows.findIndex((row) => "message" in row && row.divided);
  const place = unread < 0 ? places.get(room) : undefined;
  const left = place?.sizes.find(({ key }) => key === place.key);
  if (place && left) return left.start + place.hidden;
  const above = unread < 0 ? rows : rows.slice(0, unread);
  return above.reduce((sum, row) => sum + size(row), 0);
}

/** Notes where a person is reading who turns from a room; nothing if that is its end. */
export function keepPlace(room: string, list: List, atEnd: boolean): void {
  places.delete(room);
  const offset = list.scrollOffset ?? 0;
  const first = list.getVirtualItems().find(({ end }) => end > offset);
  if (atEnd || first === undefined) return;
  const sizes = [...list.measurementsCache];
  places.set(room, { key: String(first.key), hidden: offset - first.start, sizes });
}

/**
 * Begins a room at its first unread message, where there is none at the place where it was left, and
 * otherwise at its end.
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
