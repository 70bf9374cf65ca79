import type { Entry, Room, User } from "../../../protocol/model.ts";
import { fold } from "../../../protocol/text.ts";
import type { ChatState } from "../state.ts";
import { isImitation, skeletonsOf } from "./look-alikes.ts";

/** How many characters of an id tell two people of the same name apart. */
const TAG_LENGTH = 4;

type Known = Pick<ChatState, "people" | "namesakes">;

/** The state once these people have been seen. */
export function withPeople({ people, namesakes }: Known, seen: readonly User[]): Known {
  const news = seen.filter(({ id, name }) => people[id]?.name !== name);
  if (news.length === 0) return { people, namesakes };
  const all = {
    ...people,
    ...Object.fromEntries(news.map(({ id, name }) => [id, { id, name }])),
  };
  return { people: all, namesakes: namesakesAmong(Object.values(all)) };
}

/** Those whose name looks like that of another one, or imitates one: see `isImitation`. */
function namesakesAmong(people: readonly User[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  const namesakes = new Set<string>();
  for (const user of people) {
    const { skeletons, imitates } = lookOf(user);
    if (imitates) namesakes.add(user.id);
    for (const skeleton of skeletons) {
      const other = first.get(skeleton);
      if (other === undefined) first.set(skeleton, user.id);
      else namesakes.add(other).add(user.id);
    }
  }
  return namesakes;
}

/** How names look, which takes longer to find out than to compare. */
const looks = new WeakMap<User, { skeletons: readonly string[]; imitates: boolean }>();

function lookOf(user: User) {
  const known = looks.get(user);
  if (known) return known;
  const look = { skeletons: skeletonsOf(user.name), imitates: isImitation(user.name) };
  looks.set(user, look);
  return look;
}

/** What tells apart people of the same name: the server makes ids, so nobody can choose one. */
export function tagOf(id: string): string {
  return id.slice(0, TAG_LENGTH);
}

/** A person's present name; a message has the one of its time. */
export function nameOf({ people }: Pick<ChatState, "people">, user: User): string {
  return people[user.id]?.name ?? user.name;
}

/**
 * Learns names from messages, which have those of their time: a newer one counts more than an older
 * one, and what else the server has said of a person counts more than both.
 */
export function namesInLogs(): (people: ChatState["people"], entries: readonly Entry[]) => User[] {
  const learned = new Map<string, { name: string; at: number }>();
  return (people, entries) =>
    entries.flatMap(({ author: { id, name }, at }) => {
      const last = learned.get(id);
      const known = people[id]?.name;
      if ((known !== undefined && known !== last?.name) || at <= (last?.at ?? 0)) return [];
      learned.set(id, { name, at });
      return [{ id, name }];
    });
}

/** How well a name answers a query: the lower the better, and not at all from 4 on. */
export function rankOf(name: string, query: string): number {
  const [folded, sought] = [fold(name), fold(query)];
  if (folded === sought) return 0;
  if (folded.startsWith(sought)) return 1;
  if (folded.split(/[\s_-]/).some((word) => word.startsWith(sought))) return 2;
  return folded.includes(sought) ? 3 : 4;
}

/**
 * Those whose names answer a query, the best first; `then` orders those that do so equally well.
 * @param worst the last rank that counts
 */
export function bestFirst<T>(
  all: readonly T[],
  query: string,
  nameOf: (one: T) => string,
  then: (a: T, b: T) => number = () => 0,
  worst = 3,
): T[] {
  return all
    .map((one) => ({ one, rank: rankOf(nameOf(one), query) }))
    .filter(({ rank }) => rank <= worst)
    .sort((a, b) => a.rank - b.rank || then(a.one, b.one))
    .map(({ one }) => one);
}

type Named = Pick<ChatState, "people" | "user">;

/** A room's name as this person sees it: a direct room has the present name of the other person. */
export function roomName(state: Named, { kind, name, users }: Room): string {
  const other = kind === "direct" && users?.find(({ id }) => id !== state.user?.id);
  return other ? nameOf(state, other) : name;
}

/** The same by its id; empty as long as the room is not known. */
export function nameOfRoom(state: Named & Pick<ChatState, "rooms">, id: string): string {
  const room = state.rooms[id];
  return room === undefined ? "" : roomName(state, room);
}
