import { ArrowDown, ArrowUp } from "lucide-react";
import type { User } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { keepingFocus } from "../focus.ts";
import { words } from "../words.ts";
import { dayOf } from "./dates.ts";
import { type Row, seqOf } from "./rows.ts";
import styles from "./Timeline.module.css";

/** Says how the loading of older and newer messages goes. */
export function PageState({ room }: { room: string }) {
  const chat = useChat();
  const older = useChatState((state) => state.views[room]?.older);
  const newer = useChatState((state) => state.views[room]?.newer);
  const failed = (what: string, load: (room: string) => void) => (
    <>
      {what}
      <button type="button" className="small" onClick={() => load(room)}>
        {words.page.tryAgain}
      </button>
    </>
  );
  const style = `row wraps panel hint ${styles.over} ${styles.state}`;
  return (
    <>
      <p className={style} role="status">
        {older === "loading" && words.timeline.loadingOlder}
        {older === "failed" && failed(words.timeline.olderFailed, chat.loadOlder)}
      </p>
      <p className={`${style} ${styles.below}`} role="status">
        {newer === "failed" && failed(words.timeline.newerFailed, chat.loadNewer)}
      </p>
    </>
  );
}

interface UnreadProps {
  count: number;
  /** When the first of them was written, if it is loaded. */
  since: number | undefined;
  show: () => void;
  markRead: () => void;
}

/** Says how many messages above the screen are unread, and leads to the first of them. */
export function UnreadBar({ count, since, show, markRead }: UnreadProps) {
  return (
    <section
      className={`panel comes ${styles.over} ${styles.unread} ${styles.bar}`}
      aria-label={words.timeline.unread}
    >
      <button type="button" className="small cut" onClick={keepingFocus(show)}>
        <ArrowUp size={16} aria-hidden="true" />
        {words.timeline.newSince(count, since === undefined ? since : spoken(since))}
      </button>
      <button type="button" className="small" title="Esc" onClick={keepingFocus(markRead)}>
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

interface LatestProps {
  rows: readonly Row[];
  user: User | undefined;
  /** `seq` of the last entry when the reader left the end. */
  after: number;
  go: () => void;
}

/** A button back to the end, with the number of new messages there. */
export function Latest({ rows, user, after, go }: LatestProps) {
  const count = countNew(rows, user, after);
  // Without new messages the button stays quiet.
  const style = `small panel comes ${styles.over} ${styles.below} ${count > 0 ? styles.unread : ""}`;
  return (
    <button type="button" className={style} onClick={keepingFocus(go)}>
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
