import { useChatState } from "../context.ts";
import styles from "./ConnectionLine.module.css";

/** Says so when the connection has been away for a while; always there, to be announced. */
export function ConnectionLine() {
  const lost = useChatState((state) => state.connection === "lost");
  const known = useChatState((state) => state.user !== undefined);
  return (
    <p role="status" className={styles.line}>
      {lost && (known ? "Reconnecting…" : "Connecting…")}
    </p>
  );
}
