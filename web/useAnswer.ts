import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "./chat/wire/errors.ts";

/** A question is asked after this pause in typing; an empty one at once. */
const PAUSE_MS = 200;

/**
 * What the server answers to what a person types or looks at. Only the answer to the last question
 * counts; until it comes, the previous answer is kept.
 * @param question nothing is asked without one
 * @param ask is handed what is known, to ask for more
 * @param kept the answer to the first question, if it is known
 */
export function useAnswer<A extends object>(
  question: string | object | undefined,
  ask: (known?: A) => Promise<A>,
  kept?: A,
) {
  const [answered, setAnswered] = useState(kept && { question, answer: kept });
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState("");
  const asked = useRef(0);

  async function look(known?: A): Promise<void> {
    const mine = ++asked.current;
    setAsking(true);
    setProblem("");
    try {
      const answer = await ask(known);
      if (mine === asked.current) setAnswered({ question, answer });
    } catch (error) {
      if (mine === asked.current) setProblem(sentenceOf(error));
    }
    if (mine === asked.current) setAsking(false);
  }

  useEffect(() => {
    asked.current++;
    setAsking(false);
    setProblem("");
    if (question === undefined || question === answered?.question) return;
    const timer = setTimeout(() => void look(), question === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [question]);

  const isCurrent = answered !== undefined && answered.question === question;
  return {
    answer: answered?.answer,
    isCurrent,
    asking,
    problem,
    askMore: () => void look(answered?.answer),
  };
}
