import { memo } from "react";
import type { RoomNotice } from "../chat/state.ts";
import { words } from "../words.ts";
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

/** Who joined and who left, in one sentence. */
function sentenceOfNotices(notices: readonly RoomNotice[]): string {
  // Each person's last notice counts.
  const last = new Map(notices.map(({ user, kind }) => [user.id, { name: user.name, kind }]));
  const named = (kind: RoomNotice["kind"]) =>
    [...last.values()].filter((one) => one.kind === kind).map(({ name }) => name);
  return (["joined", "left"] as const)
    .map((kind) => ({ kind, names: named(kind) }))
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => words.timeline[kind](names))
    .join(" · ");
}
