import type { Room, User } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { isImitation } from "../chat/people/look-alikes.ts";
import { nameOf, tagOf } from "../chat/people/names.ts";
import { useChatState } from "../context.ts";
import styles from "./Names.module.css";

/** A person's present name, with a part of the id if it could be taken for somebody else's. */
export function PersonName({ user }: { user: User }) {
  const name = useChatState((state) => nameOf(state, user));
  const shared = useChatState((state) => state.namesakes.has(user.id));
  return <Name name={name} tag={shared && tagOf(user.id)} />;
}

/** A room's name, of a direct room the other person's; with the id if it passes for another room. */
export function RoomName({ room }: { room: Room }) {
  const me = useChatState((state) => state.user?.id);
  const other = room.users?.find(({ id }) => id !== me);
  if (other) return <PersonName user={other} />;
  return <Name name={room.name} tag={room.id !== LOBBY && isImitation(room.name) && room.id} />;
}

function Name({ name, tag }: { name: string; tag: string | false }) {
  return (
    <>
      <bdi className="cut">{name}</bdi>
      {tag && <small className={`cut ${styles.tag}`}>{tag}</small>}
    </>
  );
}
