import { useChatState } from "../context.ts";
import { Avatar } from "./Avatar.tsx";
import styles from "./Me.module.css";

/** Who one is here. */
export function Me() {
  const user = useChatState((state) => state.user);
  if (user === undefined) return null;
  return (
    <p className={styles.me} title={user.name}>
      <Avatar user={user} />
      <span className="visually-hidden">You are </span>
      <bdi>{user.name}</bdi>
    </p>
  );
}
