import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef } from "react";

type List = Virtualizer<HTMLDivElement, HTMLElement>;

/** The arrow keys move the focus from message to message. */
export function useRoving(list: List, count: number) {
  const wanted = useRef<number | undefined>(undefined);

  function focus(index: number): boolean {
    const row = list.scrollElement?.querySelector(`[data-index="${index}"] > article`);
    if (!(row instanceof HTMLElement)) return false;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  function keyDown(event: KeyboardEvent<HTMLElement>): void {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    // Inside a message, the keys belong to the focused control.
    if (target !== currentTarget && target.tagName !== "ARTICLE") return;
    const from = Number(target.parentElement?.dataset.index ?? count);
    const to = destination(event.key, from, count);
    if (to === undefined) return;
    event.preventDefault();
    // A row is focused once: after that, the person may have moved on inside it.
    wanted.current = focus(to) ? undefined : to;
    if (wanted.current !== undefined) list.scrollToIndex(to, { align: "auto" });
  }

  /** To be called after each render: the wanted row may be there now. */
  function rendered(): void {
    if (wanted.current !== undefined && focus(wanted.current)) wanted.current = undefined;
  }

  return { keyDown, rendered };
}

function destination(key: string, from: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case "ArrowUp":
      return Math.max(0, Math.min(from, count) - 1);
    case "ArrowDown":
      return Math.min(count - 1, from + 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
