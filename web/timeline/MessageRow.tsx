import { memo } from "react";
import { useChat } from "../context.ts";
import styles from "./MessageRow.module.css";
import type { Row } from "./rows.ts";

interface Props {
  row: Row;
  index: number;
  start: number;
  measure: (element: HTMLElement | null) => void;
}

export const MessageRow = memo(function MessageRow({ row, index, start, measure }: Props) {
  const { author, at, text, outgoing } = row;
  const sent = new Date(at);
  return (
    <article
      ref={measure}
      data-index={index}
      data-state={outgoing?.state}
      className={styles.row}
      style={{ transform: `translateY(${start}px)` }}
    >
      <header>
        <strong>
          <bdi>{author}</bdi>
        </strong>
        <time dateTime={sent.toISOString()} title={full.format(sent)}>
          {short.format(sent)}
        </time>
      </header>
      <p className={styles.text} dir="auto">
        {text}
      </p>
      {outgoing?.state === "failed" && <Failure id={outgoing.id} error={outgoing.error} />}
    </article>
  );
});

function Failure({ id, error }: { id: string; error: string | undefined }) {
  const chat = useChat();
  return (
    <p className={styles.failure} role="alert">
      <span>Not sent. {error}</span>
      <button type="button" onClick={() => chat.retry(id)}>
        Retry
      </button>
      <button type="button" onClick={() => chat.discard(id)}>
        Delete
      </button>
    </p>
  );
}

const short = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
