import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./PageState.module.css";

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
  return (
    <>
      <p className={`${styles.page} ${styles.older}`} role="status">
        {older === "loading" && words.timeline.loadingOlder}
        {older === "failed" && failed(words.timeline.olderFailed, chat.loadOlder)}
      </p>
      <p className={`${styles.page} ${styles.newer}`} role="status">
        {newer === "failed" && failed(words.timeline.newerFailed, chat.loadNewer)}
      </p>
    </>
  );
}
