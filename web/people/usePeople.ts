import { useMemo } from "react";
import type { Person } from "../../protocol/model.ts";
import { bestFirst } from "../chat/people/names.ts";
import { useChat } from "../context.ts";
import { useAnswer } from "../useAnswer.ts";

interface Found {
  people: readonly Person[];
  /** Where the next page begins, if there is one. */
  next: string | undefined;
}

const nobody: Found = { people: [], next: undefined };

/** The people whose names answer a query, the best first; `room` makes them the members of a room. */
export function usePeople(query: string, room?: string) {
  const chat = useChat();
  const asked = useAnswer<Found>(query, async (known = nobody) => {
    const page = await chat.findPeople({ room, query, after: known.next });
    const people = [...known.people, ...page.people];
    return { people, next: page.more ? page.after : undefined };
  });
  const { answer: found = nobody, isCurrent, problem, askMore } = asked;
  const people = useMemo(() => bestPeople(found.people, query), [found, query]);
  // Meanwhile the answer to the query before is shown, which goes on elsewhere.
  const loadMore = isCurrent && found.next !== undefined ? askMore : undefined;
  return { people, isCurrent, problem, loadMore };
}

/**
 * The people whose names answer best, those online before the others. Who no longer answers the query,
 * while the next ones are on their way, is left out.
 */
export function bestPeople(people: readonly Person[], query: string): Person[] {
  return bestFirst(
    people,
    query.trim(),
    ({ name }) => name,
    (a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name),
  );
}
