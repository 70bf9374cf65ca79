import type { Room } from "../../protocol/model.ts";
import { LOBBY } from "./links.ts";

type Rooms = Readonly<Record<string, Room>>;

/** The rooms that one is a member of: the lobby, then the others by name. */
export function ownRooms(rooms: Rooms, mine: ReadonlySet<string>): Room[] {
  return [...mine]
    .flatMap((id) => rooms[id] ?? [])
    .sort((a, b) => Number(b.id === LOBBY) - Number(a.id === LOBBY) || byName(a, b));
}

/** The rooms of the listing that one is no member of. */
export function othersRooms(
  rooms: Rooms,
  mine: ReadonlySet<string>,
  listed: readonly string[],
): Room[] {
  return [...new Set(listed)]
    .filter((id) => !mine.has(id))
    .flatMap((id) => rooms[id] ?? [])
    .filter(({ kind }) => kind === "public");
}

function byName(a: Room, b: Room): number {
  return a.name.localeCompare(b.name);
}
