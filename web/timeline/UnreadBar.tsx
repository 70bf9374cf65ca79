import { ArrowUp } from "lucide-react";
import { keepFocus } from "../focus.ts";
import { words } from "../words.ts";
import { dayOf } from "./dates.ts";
import styles from "./UnreadBar.module.css";

interface Props {
  count: number;
  /** When the first of them was written, if it is loaded. */
  since: number | undefined;
  show: () => void;
  markRead: () => void;
}

/** Says how many messages above the screen are unread, and leads to the first of them. */
export function UnreadBar({ count, since, show, markRead }: Props) {
  return (
    <section className={styles.bar} aria-label={words.timeline.unread}>
      <button
        type="button"
        className="small"
        onClick={(event) => {
          show();
          keepFocus(event);
        }}
      >
        <ArrowUp size={16} aria-hidden="true" />
        {words.timeline.newSince(count, since === undefined ? since : spoken(since))}
      </button>
      <button
        type="button"
        className={`small ${styles.read}`}
        title="Esc"
        onClick={(event) => {
          markRead();
          keepFocus(event);
        }}
      >
        {words.timeline.markRead}
      </button>
    </section>
  );
}

/** The time of today, or of another day with its name. */
function spoken(at: number): string {
  const { time, timeOfDay } = words.dates;
  return (at >= dayOf(Date.now()).start ? time : timeOfDay).format(at);
}
