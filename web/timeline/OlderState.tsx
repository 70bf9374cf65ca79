import { useChat, useChatState } from "../context.ts";
import styles from "./Timeline.module.css";

/** How the loading of older messages goes. */
export function OlderState({ room }: { room: string }) {
  const chat = useChat();
  const older = useChatState((state) => state.views[room]?.older);
  return (
    <p className={styles.older} role="status">
      {older === "loading" && "Loading older messages…"}
      {older === "failed" && (
        <>
          Older messages did not load.{" "}
          <button type="button" className="small" onClick={() => chat.loadOlder(room)}>
            Try again
          </button>
        </>
      )}
    </p>
  );
}
