import type { Room, User } from "../../../protocol/model.ts";
import type { ChatState } from "../store.ts";

/** Characters of an id that tell two people of one name apart. */
const TAG_LENGTH = 4;

/** The state once these people have been met. */
export function withPeople(
  { people, namesakes }: Pick<ChatState, "people" | "namesakes">,
  met: readonly User[],
): Pick<ChatState, "people" | "namesakes"> {
  const news = met.filter(({ id, name }) => people[id]?.name !== name);
  if (news.length === 0) return { people, namesakes };
  const all = {
    ...people,
    ...Object.fromEntries(news.map(({ id, name }) => [id, { id, name }])),
  };
  const byName = new Map<string, string[]>();
  for (const { id, name } of Object.values(all)) {
    const key = name.toLocaleLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), id]);
  }
  const shared = [...byName.values()].filter((ids) => ids.length > 1).flat();
  return { people: all, namesakes: new Set(shared) };
}

/** What tells a person from others of the same name; the id is the server's and cannot be chosen. */
export function tagOf(id: string): string {
  return id.slice(0, TAG_LENGTH);
}

/** The rooms once a person has another name, which the rooms of two show. */
export function withName(rooms: ChatState["rooms"], user: User): ChatState["rooms"] {
  const named = Object.values(rooms).filter(({ users }) =>
    users?.some(({ id, name }) => id === user.id && name !== user.name),
  );
  if (named.length === 0) return rooms;
  const renamed = named.map((room): [string, Room] => {
    const users = room.users?.map((one) => (one.id === user.id ? user : one));
    return [room.id, { ...room, ...(users && { users }) }];
  });
  return { ...rooms, ...Object.fromEntries(renamed) };
}

/** A room's name for a person: that of the other one where it is the room of two. */
export function roomName(room: Room | undefined, id: string, user: User | undefined): string {
  if (room === undefined) return id;
  if (room.kind !== "direct") return room.name;
  return room.users?.find((one) => one.id !== user?.id)?.name ?? room.name;
}
