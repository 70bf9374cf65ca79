import fc from "fast-check";
import { expect, inject } from "vitest";
import { playRound } from "./round.ts";
import { steps } from "./script.ts";

/**
 * Plays rounds of `steps` steps, and expects that no message is lost, doubled, out of order or
 * different.
 */
export async function playRounds(rounds: number, length: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(steps(length), async (script) => {
      const { lost, twice, disorder, unlike } = await playRound(inject("cdkOut"), script);
      const wrong = { lost, twice, disorder, unlike };
      expect(wrong).toEqual({ lost: [], twice: [], disorder: [], unlike: [] });
    }),
    // A round takes too long to be shrunk; its seed plays it again.
    { numRuns: rounds, endOnFailure: true },
  );
}
