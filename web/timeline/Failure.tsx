import type { MouseEvent } from "react";
import type { Outgoing } from "../chat/state.ts";
import { useChat } from "../context.ts";
import { keepFocus } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./Failure.module.css";

/** Why a message was not sent, or not yet, and what can be done with it. */
export function Failure({ id, state, error }: Pick<Outgoing, "id" | "state" | "error">) {
  const chat = useChat();
  const failed = state === "failed";
  function act(event: MouseEvent<HTMLElement>, action: (id: string) => unknown) {
    action(id);
    keepFocus(event);
  }
  return (
    <p className={styles.failure} data-state={state} role={failed ? "alert" : "status"}>
      <span>
        {failed ? words.timeline.notSent : words.timeline.notSentYet} {error}
      </span>
      {failed && (
        <button type="button" className="small" onClick={(event) => act(event, chat.retry)}>
          {words.timeline.retry}
        </button>
      )}
      <button type="button" className="small quiet" onClick={(event) => act(event, chat.discard)}>
        {words.timeline.delete}
      </button>
    </p>
  );
}
