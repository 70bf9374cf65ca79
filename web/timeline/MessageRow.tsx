import { memo } from "react";
import { Avatar } from "../people/Avatar.tsx";
import { hueOf } from "../people/hue.ts";
import { DaySeparator } from "./DaySeparator.tsx";
import { momentOf, timeOf } from "./dates.ts";
import { Failure } from "./Failure.tsx";
import styles from "./MessageRow.module.css";
import type { MessageLine } from "./rows.ts";
import { MessageText } from "./text/MessageText.tsx";

interface Props extends Omit<MessageLine, "key"> {
  index: number;
  start: number;
  /** Whether a link led here. */
  targeted: boolean;
  measure: (element: HTMLElement | null) => void;
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { index, start, measure, targeted, message, author, starts, day, divided } = props;
  const outgoing = "state" in message ? message : undefined;
  const entry = "seq" in message ? message : undefined;
  return (
    <div
      ref={measure}
      data-index={index}
      className={styles.row}
      style={{ transform: `translateY(${start}px)` }}
    >
      {day !== undefined && <DaySeparator day={day} />}
      {divided && (
        <p className={styles.divider}>
          <span>New</span>
        </p>
      )}
      <article
        tabIndex={-1}
        data-state={outgoing?.state}
        data-starts={starts}
        data-targeted={targeted}
        className={`hued ${styles.message}`}
        style={{ "--hue": hueOf(author.id) }}
      >
        {starts && <Avatar user={author} />}
        <header>
          <strong className={starts ? undefined : "visually-hidden"}>
            <bdi>{author.name}</bdi>
          </strong>
          <time
            dateTime={new Date(message.at).toISOString()}
            data-moment={momentOf.format(message.at)}
          >
            {timeOf.format(message.at)}
          </time>
        </header>
        {entry?.deletedAt === undefined ? (
          <MessageText text={message.text} edited={entry?.editedAt !== undefined} />
        ) : (
          <p className={styles.deleted}>This message was deleted.</p>
        )}
        {outgoing?.state === "failed" && <Failure id={outgoing.id} error={outgoing.error} />}
      </article>
    </div>
  );
});
