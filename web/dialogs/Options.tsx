import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

/** One of the options of a field. */
export interface Option {
  key: string;
}

interface Props<T extends Option> extends Pick<Active<T>, "active" | "listId" | "optionId"> {
  label: string;
  options: readonly T[];
  show: (option: T) => ReactNode;
  pick: (option: T, more: boolean) => void;
  className: string | undefined;
}

/** The options of a field, which keeps the focus: its keys move the active one and pick it. */
export function Options<T extends Option>(props: Props<T>) {
  const { label, options, show, pick, className, active, listId, optionId } = props;
  return (
    <div id={listId} role="listbox" aria-label={label} className={className}>
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
        <div
          key={option.key}
          id={optionId(index)}
          role="option"
          className="row"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerDown={(event) => event.preventDefault()}
          onClick={(event) => pick(option, event.shiftKey)}
        >
          {show(option)}
        </div>
      ))}
    </div>
  );
}

type Active<T extends Option> = ReturnType<typeof useOptions<T>>;

/**
 * Which of the options is active: the first one for each new `query`, and `start` at first. They can
 * stand in `columns`. `pick` is told whether more are to be picked.
 */
export function useOptions<T extends Option>(
  query: string,
  options: readonly T[],
  pick: (option: T, more: boolean) => void,
  { start = 0, columns = 1 }: { start?: number | undefined; columns?: number | undefined } = {},
) {
  const listId = useId();
  const [moved, setMoved] = useState({ query, to: start });
  const active = Math.min(moved.query === query ? moved.to : 0, options.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;

  return {
    active,
    listId,
    optionId,
    /** What the field says of its options. */
    field: {
      "aria-autocomplete": "list",
      "aria-controls": options.length > 0 ? listId : undefined,
      "aria-activedescendant": options.length > 0 ? optionId(active) : undefined,
    } as const,
    /** @returns whether the key was for the options */
    keyDown(event: KeyboardEvent<HTMLElement>): boolean {
      const option = options[active];
      if (option === undefined) return false;
      const step = stepOf(event.key, columns);
      if (step !== 0) {
        const to = active + step;
        const next = columns === 1 ? (to + options.length) % options.length : to;
        if (next in options) setMoved({ query, to: next });
        document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter") pick(option, event.shiftKey);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

function stepOf(key: string, columns: number): number {
  if (key === "ArrowDown") return columns;
  if (key === "ArrowUp") return -columns;
  if (columns === 1) return 0;
  return key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
}
