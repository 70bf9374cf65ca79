import type { User } from "../../protocol/model.ts";
import { tagOf } from "../chat/people/names.ts";
import { useChatState } from "../context.ts";
import styles from "./PersonName.module.css";

/** A name, with a part of the id if several people have that name. */
export function PersonName({ user }: { user: User }) {
  const shared = useChatState((state) => state.namesakes.has(user.id));
  return (
    <>
      <bdi>{user.name}</bdi>
      {shared && <span className={styles.tag}>{tagOf(user.id)}</span>}
    </>
  );
}
