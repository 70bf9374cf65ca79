import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./PageState.module.css";

/** Says how the loading of older and newer messages goes. */
export function PageState({ room }: { room: string }) {
  const chat = useChat();
  const older = useChatState((state) => state.views[room]?.older);
  const newer = useChatState((state) => state.views[room]?.newer);
  return (
    <>
      <p className={`${styles.page} ${styles.older}`} role="status">
        {older === "loading" && words.timeline.loadingOlder}
        {older === "failed" && (
          <>
            {words.timeline.olderFailed}
            <button type="button" className="small" onClick={() => chat.loadOlder(room)}>
              {words.page.tryAgain}
            </button>
          </>
        )}
      </p>
      <p className={`${styles.page} ${styles.newer}`} role="status">
        {newer === "failed" && (
          <>
            {words.timeline.newerFailed}
            <button type="button" className="small" onClick={() => chat.loadNewer(room)}>
              {words.page.tryAgain}
            </button>
          </>
        )}
      </p>
    </>
  );
}
