import { useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./ConnectionLine.module.css";

/** Says that the connection is lost. It is always rendered, so that the change is announced. */
export function ConnectionLine() {
  const lost = useChatState((state) => state.connection === "lost");
  const known = useChatState((state) => state.user !== undefined);
  return (
    <p role="status" className={styles.line}>
      {lost && (known ? words.page.reconnecting : words.page.connecting)}
    </p>
  );
}
