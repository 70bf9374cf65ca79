import { useEffect, useRef, useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

/** Typing is given this time to go on before it is looked for. */
const PAUSE_MS = 200;

export type FoundPeople = ReturnType<typeof usePeople>;

/** People of a room by name, or of all where none is given. */
export function usePeople(room?: string) {
  const chat = useChat();
  const [query, setQuery] = useState("");
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState("");
  /** Counts the questions: an answer to an earlier one than the last is of no use. */
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
