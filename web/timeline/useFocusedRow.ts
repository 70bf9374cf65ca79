import { defaultRangeExtractor, type Range } from "@tanstack/react-virtual";
import { type FocusEvent, useCallback, useRef } from "react";
import type { Row } from "./rows.ts";

/** Keeps the focused row rendered, however far the list scrolls: its removal would lose the focus. */
export function useFocusedRow(rows: readonly Row[]) {
  const focused = useRef<string | undefined>(undefined);

  const rangeExtractor = useCallback(
    (range: Range) => {
      const near = defaultRangeExtractor(range);
      const key = focused.current;
      const index = key === undefined ? -1 : rows.findIndex((row) => row.key === key);
      return index < 0 || near.includes(index) ? near : [...near, index].sort((a, b) => a - b);
    },
    [rows],
  );

  return {
    rangeExtractor,
    focusHandlers: {
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
