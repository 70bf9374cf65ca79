import type { Room, User } from "../../../protocol/model.ts";
import { fold } from "../../../protocol/text.ts";
import type { ChatState } from "../state.ts";

/** How many characters of an id tell two people of the same name apart. */
const TAG_LENGTH = 4;

/** The state once these people have been seen. */
export function withPeople(
  { people, namesakes }: Pick<ChatState, "people" | "namesakes">,
  seen: readonly User[],
): Pick<ChatState, "people" | "namesakes"> {
  const news = seen.filter(({ id, name }) => people[id]?.name !== name);
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

/** What tells a person from others of the same name: the server makes ids, nobody can choose one. */
export function tagOf(id: string): string {
  return id.slice(0, TAG_LENGTH);
}

/** How well a name answers a query: the lower the better, and not at all from 4 on. */
export function rankOf(name: string, query: string): number {
  const [folded, sought] = [fold(name), fold(query)];
  if (folded === sought) return 0;
  if (folded.startsWith(sought)) return 1;
  if (folded.split(/[\s_-]/).some((word) => word.startsWith(sought))) return 2;
  return folded.includes(sought) ? 3 : 4;
}

/** The rooms once a person has a new name, which their direct rooms show. */
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

/** A room's name as `user` sees it: a direct room has the name of the other person. */
export function roomName(room: Room, user: User | undefined): string {
  if (room.kind !== "direct") return room.name;
  return room.users?.find((one) => one.id !== user?.id)?.name ?? room.name;
}

/** A room's name as this person sees it; empty as long as the room is not known. */
export function nameOfRoom({ rooms, user }: Pick<ChatState, "rooms" | "user">, id: string): string {
  const room = rooms[id];
  return room === undefined ? "" : roomName(room, user);
}
