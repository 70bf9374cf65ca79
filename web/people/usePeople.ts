import { useEffect, useMemo, useRef, useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { rankOf } from "../chat/people/names.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

/** The search starts after a pause in typing. */
const PAUSE_MS = 200;

/** The people whose names answer a query, the best first; `room` makes them the members of a room. */
export function usePeople(query: string, room?: string) {
  const chat = useChat();
  const [found, setFound] = useState<readonly Person[]>([]);
  const [next, setNext] = useState<string>();
  const [answered, setAnswered] = useState("");
  const [problem, setProblem] = useState("");
  /** Counts the requests: only the answer to the last one is used. */
  const asked = useRef(0);

  async function load(after?: string): Promise<void> {
    const question = ++asked.current;
    try {
      const page = await chat.findPeople({
        ...(room !== undefined && { room }),
        ...(query !== "" && { query }),
        ...(after !== undefined && { after }),
      });
      if (question !== asked.current) return;
      setFound((known) => (after === undefined ? page.people : [...known, ...page.people]));
      setNext(page.more ? page.after : undefined);
      setAnswered(query);
      setProblem("");
    } catch (error) {
      if (question === asked.current) setProblem(sentenceOf(error));
    }
  }

  useEffect(() => {
    const timer = setTimeout(() => void load(), query === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [room, query]);

  const people = useMemo(() => bestFirst(found, query), [found, query]);
  return {
    people,
    /** The query that was answered last. */
    answered,
    problem,
    loadMore: next === undefined ? undefined : () => void load(next),
  };
}

/** Those who no longer answer the query, while the next ones are on their way, are left out. */
function bestFirst(people: readonly Person[], query: string): Person[] {
  const rank = ({ name }: Person) => rankOf(name, query.trim());
  return people
    .filter((person) => rank(person) < 4)
    .sort(
      (a, b) =>
        rank(a) - rank(b) || Number(b.online) - Number(a.online) || a.name.localeCompare(b.name),
    );
}
