import { ArrowDown } from "lucide-react";
import type { User } from "../../protocol/model.ts";
import { keepFocus } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./Latest.module.css";
import { type Row, seqOf } from "./rows.ts";

interface Props {
  rows: readonly Row[];
  user: User | undefined;
  /** `seq` of the last entry when the reader left the end. */
  after: number;
  go: () => void;
}

/** A button back to the end, with the number of new messages there. */
export function Latest({ rows, user, after, go }: Props) {
  const count = countNew(rows, user, after);

  return (
    <button
      type="button"
      className={`small ${styles.latest}`}
      data-new={count}
      onClick={(event) => {
        go();
        keepFocus(event);
      }}
    >
      {count > 0 ? words.timeline.newMessages(count) : words.timeline.latest}
      <ArrowDown size={16} aria-hidden="true" />
    </button>
  );
}

function countNew(rows: readonly Row[], user: User | undefined, after: number): number {
  let count = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (row === undefined || "notices" in row) continue;
    if (seqOf(row.message) <= after) break;
    if (row.author.id !== user?.id) count++;
  }
  return count;
}
