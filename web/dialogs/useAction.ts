import { useState } from "react";
import { sentenceOf } from "../chat/wire/errors.ts";

/** Runs actions that may fail, one at a time, and says what went wrong. */
export function useAction() {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState("");

  function run(action: () => Promise<unknown>): void {
    if (pending) return;
    setPending(true);
    setProblem("");
    action()
      .catch((error) => setProblem(sentenceOf(error)))
      .finally(() => setPending(false));
  }

  return { run, pending, problem };
}
