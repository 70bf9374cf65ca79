import type { MessageEntry } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { keepFocusInRow } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./Deleted.module.css";

/** Stands in for a deleted message, for a few seconds with a button to undo the deletion. */
export function Deleted({ entry: { room, seq } }: { entry: MessageEntry }) {
  const chat = useChat();
  const held = useChatState((state) =>
    state.changes.find((one) => one.held && one.room === room && one.seq === seq),
  );
  return (
    <p className={styles.deleted}>
      {words.timeline.deleted}
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
