import type { MessageEntry } from "../../protocol/model.ts";
import type { Outgoing } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { keepFocusInRow, keepingFocus } from "../focus.ts";
import { words } from "../words.ts";

/** Why a message was not sent, or not yet, and what can be done with it. */
export function Failure({ id, state, error }: Pick<Outgoing, "id" | "state" | "error">) {
  const chat = useChat();
  const failed = state === "failed";
  return (
    <p className="row wraps hint" role={failed ? "alert" : "status"}>
      <span>
        {failed ? words.timeline.notSent : words.timeline.notSentYet} {error}
      </span>
      {failed && (
        <button type="button" className="small" onClick={keepingFocus(() => chat.retry(id))}>
          {words.timeline.retry}
        </button>
      )}
      <button type="button" className="small quiet" onClick={keepingFocus(() => chat.discard(id))}>
        {words.timeline.delete}
      </button>
    </p>
  );
}

/** Stands in for a deleted message, for a few seconds with a button to undo the deletion. */
export function Deleted({ entry: { room, seq } }: { entry: MessageEntry }) {
  const chat = useChat();
  const held = useChatState((state) =>
    state.changes.find((one) => one.held && one.room === room && one.seq === seq),
  );
  return (
    <p className="row wraps">
      <em className="hint">{words.timeline.deleted}</em>
      {held && (
        <button
          type="button"
          className="small"
          onClick={(event) => {
            chat.undoDelete(held.id);
            keepFocusInRow(event);
          }}
        >
          {words.page.undo}
        </button>
      )}
    </p>
  );
}
