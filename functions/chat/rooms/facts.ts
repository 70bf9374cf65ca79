import type { RoomFacts, User } from "../../../protocol/model.ts";
import type { RoomRecord } from "../../store/room-records.ts";
import { getUsers } from "../../store/users.ts";

/** A room without what only a log and a membership can tell. */
export type Facts = RoomFacts & { users?: User[] };

export function toFacts({
  id,
  name,
  kind,
  topic,
  owner,
}: Omit<RoomRecord, "rev" | "users">): RoomFacts {
  return {
    id,
    name,
    kind,
    ...(topic !== undefined && { topic }),
    ...(owner !== undefined && { owner }),
  };
}

/** What one of the people in the rooms sees of them: a direct room has the other one's name. */
export async function seenBy(viewer: string, records: readonly RoomRecord[]): Promise<Facts[]> {
  const ids = new Set(records.flatMap(({ users = [] }) => users));
  const people = new Map((await getUsers([...ids])).map((user) => [user.id, user]));
  return records.map((record) => {
    const facts = toFacts(record);
    if (!record.users) return facts;
    const users = record.users.flatMap((id) => people.get(id) ?? []);
    const other = users.find(({ id }) => id !== viewer);
    return { ...facts, name: other?.name ?? facts.name, users };
  });
}
