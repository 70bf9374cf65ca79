import { Avatar } from "../people/Avatar.tsx";
import { PersonName } from "../people/PersonName.tsx";
import "../styles/option.css";
import { words } from "../words.ts";
import styles from "./Completions.module.css";
import type { Completion } from "./query.ts";

interface Props {
  id: string;
  all: readonly Completion[];
  active: number;
  take: (completion: Completion) => void;
}

/** The list of completions. They are chosen by the keys of the field, or by a click. */
export function Completions({ id, all, active, take }: Props) {
  return (
    <div id={id} role="listbox" aria-label={words.composer.completions} className={styles.list}>
      {all.map((one, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
        <div
          key={one.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={styles.option}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(one)}
        >
          {one.user ? <Avatar user={one.user} /> : <span aria-hidden="true">{one.emoji}</span>}
          {one.user ? <PersonName user={one.user} /> : <span>{one.label}</span>}
        </div>
      ))}
    </div>
  );
}
