import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./Skeleton.module.css";

/** The widths of the messages. */
const WIDTHS = ["55%", "70%", "35%", "62%", "28%"];

/** A placeholder for the messages of a room that is slow to open. */
export function Skeleton() {
  const chat = useChat();
  const lost = useChatState((state) => state.connection === "lost");
  return (
    <div className={`comes ${styles.skeleton}`} role="status">
      <p className={lost ? "hint" : "visually-hidden"}>
        {lost ? words.room.waiting : words.room.loading}
      </p>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.message} style={{ "--width": width }} />
      ))}
      <p className={`row wraps hint ${styles.again}`}>
        {!lost && words.room.slow}
        <button type="button" className="small" onClick={chat.tryNow}>
          {words.page.tryAgain}
        </button>
      </p>
    </div>
  );
}
