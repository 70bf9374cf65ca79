import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import styles from "./Me.module.css";

/** This person, and the way to their account. */
export function Me() {
  const chat = useChat();
  const user = useChatState((state) => state.user);
  if (user === undefined) return null;
  return (
    <button
      type="button"
      className={`quiet ${styles.me}`}
      title={user.name}
      onClick={() => chat.showDialog({ kind: "account" })}
    >
      <Avatar user={user} />
      <span className="visually-hidden">{words.account.me}</span>
      <bdi>{user.name}</bdi>
    </button>
  );
}
