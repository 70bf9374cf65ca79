import { memo } from "react";
import type { RoomNotice } from "../chat/state.ts";
import styles from "./MessageRow.module.css";
import type { NoticeLine } from "./rows.ts";

interface Props {
  notices: NoticeLine["notices"];
  index: number;
  start: number;
  measure: (element: HTMLElement | null) => void;
}

export const NoticeRow = memo(function NoticeRow({ notices, index, start, measure }: Props) {
  return (
    <div
      ref={measure}
      data-index={index}
      className={styles.row}
      style={{ transform: `translateY(${start}px)` }}
    >
      <p className={styles.notice}>{sentenceOfNotices(notices)}</p>
    </div>
  );
});

/** If more people joined or left, the others are counted. */
const MAX_NAMES = 3;

const list = new Intl.ListFormat("en");

/** Who joined and who left, in one sentence. */
function sentenceOfNotices(notices: readonly RoomNotice[]): string {
  // Each person's last notice counts.
  const last = new Map(notices.map(({ user, kind }) => [user.id, { name: user.name, kind }]));
  const named = (kind: RoomNotice["kind"]) =>
    [...last.values()].filter((one) => one.kind === kind).map(({ name }) => name);
  return [sentence(named("joined"), "joined"), sentence(named("left"), "left")]
    .filter((part) => part !== "")
    .join(" · ");
}

function sentence(names: readonly string[], did: string): string {
  if (names.length === 0) return "";
  const rest = names.length - MAX_NAMES;
  const shown = rest > 1 ? [...names.slice(0, MAX_NAMES), `${rest} others`] : names;
  return `${list.format(shown)} ${did}`;
}
