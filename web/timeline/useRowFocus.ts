import { defaultRangeExtractor, type Range } from "@tanstack/react-virtual";
import { type FocusEvent, type KeyboardEvent, useCallback, useLayoutEffect, useRef } from "react";
import type { List, Row } from "./rows.ts";

/**
 * The arrow keys move the focus from message to message. The focused row stays rendered, however far
 * the list scrolls: its removal would lose the focus.
 */
export function useRowFocus(rows: readonly Row[]) {
  const focused = useRef<string>(undefined);
  /** The row to focus once it is rendered, and the list's element. */
  const wanted = useRef<{ index: number; among: Element }>(undefined);

  const rangeExtractor = useCallback(
    (range: Range) => {
      const near = defaultRangeExtractor(range);
      const key = focused.current;
      const index = key === undefined ? -1 : rows.findIndex((row) => row.key === key);
      return index < 0 || near.includes(index) ? near : [...near, index].sort((a, b) => a - b);
    },
    [rows],
  );

  useLayoutEffect(() => {
    const { current } = wanted;
    if (current && focusRow(current.among, current.index)) wanted.current = undefined;
  });

  /** @param list is scrolled to a row that is not rendered */
  function keyDown(event: KeyboardEvent<HTMLElement>, list: List): void {
    const { target, currentTarget, altKey, ctrlKey, metaKey } = event;
    if (!(target instanceof HTMLElement) || altKey || ctrlKey || metaKey) return;
    // Inside a message, the keys belong to the focused control.
    if (target !== currentTarget && target.tagName !== "ARTICLE") return;
    const from = Number(target.parentElement?.dataset.index ?? rows.length);
    const index = destination(event.key, from, rows);
    if (index === undefined) return;
    event.preventDefault();
    // A row is focused once: after that, the person may have moved on inside it.
    wanted.current = focusRow(currentTarget, index) ? undefined : { index, among: currentTarget };
    if (wanted.current) list.scrollToIndex(index, { align: "auto" });
  }

  return {
    rangeExtractor,
    keyDown,
    handlers: {
      onFocus({ target }: FocusEvent<HTMLElement>): void {
        const row = target instanceof HTMLElement && target.closest<HTMLElement>("[data-index]");
        focused.current = row ? rows[Number(row.dataset.index)]?.key : undefined;
      },
      onBlur(): void {
        focused.current = undefined;
      },
    },
  };
}

function focusRow(among: Element, index: number): boolean {
  const row = among.querySelector(`[data-index="${index}"] > article`);
  if (!(row instanceof HTMLElement)) return false;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** The row to which a key leads. Lines about who joined and left take no focus. */
function destination(key: string, from: number, rows: readonly Row[]): number | undefined {
  const messages = rows.flatMap((row, index) => ("message" in row ? index : []));
  switch (key) {
    case "ArrowUp":
      return messages.findLast((index) => index < from) ?? messages[0];
    case "ArrowDown":
      return messages.find((index) => index > from) ?? messages.at(-1);
    case "Home":
      return messages[0];
    case "End":
      return messages.at(-1);
    default:
      return undefined;
  }
}
