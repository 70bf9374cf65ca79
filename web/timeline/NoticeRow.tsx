import { memo } from "react";
import styles from "./MessageRow.module.css";
import { sentenceOfNotices } from "./notices.ts";
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
