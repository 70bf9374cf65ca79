import { type KeyboardEvent, type ReactNode, type Ref, useId } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import { isComposing } from "../focus.ts";
import styles from "./Combobox.module.css";
import { type Option, Options, useOptions } from "./Options.tsx";

interface Props<T extends Option> {
  label: string;
  /** Whether it stands at the top of its dialog, with a label that is read out only. */
  palette?: boolean;
  hint?: string;
  query: string;
  setQuery: (query: string) => void;
  /** What is found, and the name of their list. */
  options: readonly T[];
  list: string;
  show: (option: T) => ReactNode;
  pick: (option: T, more: boolean) => void;
  columns?: number;
  /** The option that is active at first. */
  start?: number | undefined;
  /** Shown before the query; `erase` is called by Backspace at its start. */
  before?: ReactNode;
  erase?: () => void;
  field?: Ref<HTMLInputElement> | undefined;
  /** What stands below the options. */
  children?: ReactNode;
}

/** A field for finding something, and what is found below it: people, rooms or messages. */
export function Combobox<T extends Option>(props: Props<T>) {
  const { label, palette = false, query, setQuery, options, list, show, pick, columns } = props;
  const id = useId();
  const choice = useOptions(query, options, pick, { start: props.start, columns });

  function keyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (isComposing(event) || choice.keyDown(event)) return;
    // It picks, and sends no form.
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Backspace" && event.currentTarget.selectionEnd === 0) props.erase?.();
  }

  return (
    <div className={styles.combobox} data-palette={palette} style={{ "--columns": columns }}>
      <label htmlFor={id} className={palette ? "visually-hidden" : undefined}>
        {label}
      </label>
      <div className={`row wraps ${styles.field}`}>
        {props.before}
        <input
          ref={props.field ?? null}
          id={id}
          type="text"
          role="combobox"
          aria-expanded={options.length > 0}
          {...choice.field}
          placeholder={props.hint}
          maxLength={MAX_QUERY_LENGTH}
          autoComplete="off"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={keyDown}
        />
      </div>
      <Options
        {...choice}
        key={list}
        label={list}
        options={options}
        show={show}
        pick={pick}
        className={`scrolls ${styles.options} ${columns ? styles.grid : ""}`}
      />
      {props.children}
    </div>
  );
}
