import type { Room } from "../../../protocol/model.ts";
import { LOBBY } from "../../../protocol/rooms.ts";

type Rooms = Readonly<Record<string, Room>>;

/** This person's rooms: the lobby, then the others by name. */
export function ownRooms(rooms: Rooms, mine: ReadonlySet<string>): Room[] {
  return [...mine]
    .flatMap((id) => rooms[id] ?? [])
    .sort(
      (a, b) => Number(b.id === LOBBY) - Number(a.id === LOBBY) || a.name.localeCompare(b.name),
    );
}

/** The public rooms of a list that are not this person's. */
export function othersRooms(
  rooms: Rooms,
  mine: ReadonlySet<string>,
  listed: readonly Room[] = [],
): Room[] {
  return [...new Set(listed.map(({ id }) => id))]
    .filter((id) => !mine.has(id))
    .flatMap((id) => rooms[id] ?? [])
    .filter(({ kind }) => kind === "public");
}

/**
 * The next room below the open one in the sidebar, where direct rooms come last, or above it where
 * `step` is -1; the open one itself if there is no other `wanted` one.
 */
export function neighbour(
  rooms: Rooms,
  mine: ReadonlySet<string>,
  open: string,
  step: 1 | -1,
  wanted: (room: Room) => boolean = () => true,
): string {
  const own = ownRooms(rooms, mine);
  const isDirect = ({ kind }: Room) => kind === "direct";
  const listed = [...own.filter((room) => !isDirect(room)), ...own.filter(isDirect)];
  const at = listed.findIndex(({ id }) => id === open);
  const [before, after] = [listed.slice(0, Math.max(0, at)), listed.slice(at + 1)];
  const others = step === 1 ? [...after, ...before] : [...before.reverse(), ...after.reverse()];
  return others.find(wanted)?.id ?? open;
}
