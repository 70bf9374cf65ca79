import { useChat } from "../context.ts";
import styles from "./Failure.module.css";

/** Why a message was not sent, and what can be done with it. */
export function Failure({ id, error }: { id: string; error: string | undefined }) {
  const chat = useChat();
  return (
    <p className={styles.failure} role="alert">
      <span>Not sent. {error}</span>
      <button type="button" className="small" onClick={() => chat.retry(id)}>
        Retry
      </button>
      <button type="button" className="small quiet" onClick={() => chat.discard(id)}>
        Delete
      </button>
    </p>
  );
}
