import { useEffect, useRef, useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

/** The search starts after a pause in typing. */
const PAUSE_MS = 200;

export type FoundPeople = ReturnType<typeof usePeople>;

/** Finds people by name, in a room or among all. */
export function usePeople(room?: string) {
  const chat = useChat();
  const [query, setQuery] = useState("");
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [next, setNext] = useState<string>();
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
      setPeople((known) => (after === undefined ? page.people : [...known, ...page.people]));
      setNext(page.more ? page.after : undefined);
      setProblem("");
    } catch (error) {
      if (question === asked.current) setProblem(sentenceOf(error));
    }
  }

  useEffect(() => {
    const timer = setTimeout(() => void load(), query === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [room, query]);

  return {
    query,
    setQuery,
    people,
    problem,
    loadMore: next === undefined ? undefined : () => void load(next),
    forget: (id: string) => setPeople((known) => known.filter((one) => one.id !== id)),
  };
}
