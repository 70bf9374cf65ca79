import type { User } from "../../protocol/model.ts";
import { nameOf } from "../chat/people/names.ts";
import { useChatState } from "../context.ts";
import styles from "./Avatar.module.css";
import { hueOf } from "./hue.ts";
import { initialsOf } from "./initials.ts";

/** A person's initials on their hue. The name stands beside it, so screen readers skip it. */
export function Avatar({ user, online }: { user: User; online?: boolean | undefined }) {
  const name = useChatState((state) => nameOf(state, user));
  return (
    <span
      className={`hued ${styles.avatar}`}
      style={{ "--hue": hueOf(user.id) }}
      data-online={online}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
