import type { Room } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { isImitation } from "../chat/people/look-alikes.ts";
import { useChatState } from "../context.ts";
import { PersonName, Tag } from "../people/PersonName.tsx";

/** A room's name, of a direct room the other person's; with the id if it passes for another room. */
export function RoomName({ room }: { room: Room }) {
  const me = useChatState((state) => state.user?.id);
  const other = room.users?.find(({ id }) => id !== me);
  if (other) return <PersonName user={other} />;
  return (
    <>
      <bdi className="cut">{room.name}</bdi>
      {room.id !== LOBBY && isImitation(room.name) && <Tag>{room.id}</Tag>}
    </>
  );
}
