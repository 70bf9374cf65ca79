import type { User } from "../../protocol/model.ts";
import { nameOf, tagOf } from "../chat/people/names.ts";
import { useChatState } from "../context.ts";
import styles from "./PersonName.module.css";

/** A person's present name, with a part of the id if it could be taken for somebody else's. */
export function PersonName({ user }: { user: User }) {
  const name = useChatState((state) => nameOf(state, user));
  const shared = useChatState((state) => state.namesakes.has(user.id));
  return (
    <>
      <bdi className="cut">{name}</bdi>
      {shared && <Tag>{tagOf(user.id)}</Tag>}
    </>
  );
}

export function Tag({ children }: { children: string }) {
  return <small className={`cut ${styles.tag}`}>{children}</small>;
}
