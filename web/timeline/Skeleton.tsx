import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./Skeleton.module.css";

/** The widths of placeholder lines, in percent of the column. */
const LINES = [[62], [84, 38], [45], [71, 66, 20], [33]];

/** A placeholder for the messages of a room that is slow to open. */
export function Skeleton() {
  const chat = useChat();
  const lost = useChatState((state) => state.connection === "lost");
  return (
    <div className={styles.skeleton} role="status">
      <p className={lost ? styles.word : "visually-hidden"}>
        {lost ? words.room.waiting : words.room.loading}
      </p>
      {LINES.map((lines) => (
        <div key={lines.join()} className={styles.group} aria-hidden="true">
          <i />
          <div>
            {lines.map((width) => (
              <b key={width} style={{ width: `${width}%` }} />
            ))}
          </div>
        </div>
      ))}
      <p className={styles.again}>
        {!lost && words.room.slow}
        <button type="button" className="small" onClick={chat.tryNow}>
          {words.page.tryAgain}
        </button>
      </p>
    </div>
  );
}
