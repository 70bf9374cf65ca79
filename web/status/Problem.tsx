import { X } from "lucide-react";
import { useChat, useChatState } from "../context.ts";
import { keepFocus } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./Problem.module.css";

/**
 * Says what went wrong with something that is no longer on the screen. Screen readers announce only
 * changes of an element that was there before, so it is always rendered.
 */
export function Problem() {
  const chat = useChat();
  const problem = useChatState((state) => state.problem);
  return (
    <div role="status" className={styles.problem}>
      {problem && (
        <p>
          {problem}
          <button
            type="button"
            className="quiet icon"
            onClick={(event) => {
              chat.forgetProblem();
              keepFocus(event);
            }}
          >
            <X size={16} aria-hidden="true" />
            <span className="visually-hidden">{words.page.close}</span>
          </button>
        </p>
      )}
    </div>
  );
}
