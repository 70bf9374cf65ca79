import fc from "fast-check";
import { expect, inject } from "vitest";
import { playRound } from "./round.ts";
import { steps } from "./script.ts";

/** Plays rounds of so many steps, and expects that nothing is lost, twice, out of order or unlike. */
export async function playRounds(rounds: number, length: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(steps(length), async (script) => {
      const { lost, twice, disorder, unlike } = await playRound(inject("cdkOut"), script);
      const wrong = { lost, twice, disorder, unlike };
      expect(wrong).toEqual({ lost: [], twice: [], disorder: [], unlike: [] });
    }),
    // A round takes too long to be made smaller; its seed plays it again.
    { numRuns: rounds, endOnFailure: true },
  );
}
