import type { MouseEvent } from "react";
import { useChat } from "../context.ts";
import { keepFocus } from "../focus.ts";
import styles from "./Failure.module.css";

/** Why a message was not sent, and what can be done with it. */
export function Failure({ id, error }: { id: string; error: string | undefined }) {
  const chat = useChat();
  function act(event: MouseEvent<HTMLElement>, action: (id: string) => unknown) {
    action(id);
    keepFocus(event);
  }
  return (
    <p className={styles.failure} role="alert">
      <span>Not sent. {error}</span>
      <button type="button" className="small" onClick={(event) => act(event, chat.retry)}>
        Retry
      </button>
      <button type="button" className="small quiet" onClick={(event) => act(event, chat.discard)}>
        Delete
      </button>
    </p>
  );
}
