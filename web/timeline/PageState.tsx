import { useChat, useChatState } from "../context.ts";
import styles from "./PageState.module.css";

/** Says how the loading of older and newer messages goes. */
export function PageState({ room }: { room: string }) {
  const chat = useChat();
  const older = useChatState((state) => state.views[room]?.older);
  const newer = useChatState((state) => state.views[room]?.newer);
  return (
    <>
      <p className={`${styles.page} ${styles.older}`} role="status">
        {older === "loading" && "Loading older messages…"}
        {older === "failed" && (
          <>
            Older messages did not load.
            <button type="button" className="small" onClick={() => chat.loadOlder(room)}>
              Try again
            </button>
          </>
        )}
      </p>
      <p className={`${styles.page} ${styles.newer}`} role="status">
        {newer === "failed" && (
          <>
            Newer messages did not load.
            <button type="button" className="small" onClick={() => chat.loadNewer(room)}>
              Try again
            </button>
          </>
        )}
      </p>
    </>
  );
}
