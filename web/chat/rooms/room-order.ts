import type { Room } from "../../../protocol/model.ts";
import { LOBBY } from "../../../protocol/rooms.ts";

type Rooms = Readonly<Record<string, Room>>;

/** This person's rooms: the lobby, then the others by name. */
export function ownRooms(rooms: Rooms, mine: ReadonlySet<string>): Room[] {
  return [...mine]
    .flatMap((id) => rooms[id] ?? [])
    .sort((a, b) => Number(b.id === LOBBY) - Number(a.id === LOBBY) || byName(a, b));
}

/** The public rooms of a list that are not this person's. */
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

/** The room `step` places below the open one in the sidebar, where direct rooms come last. */
export function neighbour(
  rooms: Rooms,
  mine: ReadonlySet<string>,
  open: string,
  step: number,
): string {
  const own = ownRooms(rooms, mine);
  const isDirect = ({ kind }: Room) => kind === "direct";
  const listed = [...own.filter((room) => !isDirect(room)), ...own.filter(isDirect)];
  const at = listed.findIndex(({ id }) => id === open);
  return listed[(at + step + listed.length) % listed.length]?.id ?? open;
}

function byName(a: Room, b: Room): number {
  return a.name.localeCompare(b.name);
}
