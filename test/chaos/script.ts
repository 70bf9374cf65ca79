import fc from "fast-check";
import { type Kind, kinds } from "./faults.ts";

/** What people do in a round, and which faults happen meanwhile. */

export const PEOPLE = 6;
/** Each person has a tab for each room. */
export const ROOMS = ["lobby", "chaos"];

export type Step =
  | { do: "send"; person: number; tab: number; burst: number }
  | { do: "edit"; person: number; tab: number; which: number }
  | { do: "delete"; person: number; tab: number; which: number }
  | { do: "react"; person: number; tab: number; which: number; emoji: string; on: boolean }
  | { do: "reload"; person: number; tab: number }
  | { do: "look"; person: number; tab: number }
  | { do: "fault"; kind: Kind }
  | { do: "restart" }
  | { do: "wait"; ms: number };

const who = { person: fc.nat(PEOPLE - 1), tab: fc.nat(ROOMS.length - 1) };

export function steps(length: number): fc.Arbitrary<Step[]> {
  const weighted = <T extends Step>(weight: number, arbitrary: fc.Arbitrary<T>) => ({
    weight,
    arbitrary,
  });
  const one = <T extends string>(name: T) => fc.constant(name);
  const step: fc.Arbitrary<Step> = fc.oneof(
    weighted(40, fc.record({ do: one("send"), ...who, burst: fc.integer({ min: 1, max: 4 }) })),
    weighted(30, fc.record({ do: one("fault"), kind: fc.constantFrom(...kinds) })),
    weighted(22, fc.record({ do: one("wait"), ms: fc.integer({ min: 0, max: 250 }) })),
    weighted(6, fc.record({ do: one("edit"), ...who, which: fc.nat() })),
    weighted(3, fc.record({ do: one("delete"), ...who, which: fc.nat() })),
    weighted(
      9,
      fc.record({
        do: one("react"),
        ...who,
        which: fc.nat(),
        emoji: fc.constantFrom("👍", "❤️"),
        on: fc.boolean(),
      }),
    ),
    weighted(5, fc.record({ do: one("reload"), ...who })),
    weighted(2, fc.record({ do: one("look"), ...who })),
    weighted(1, fc.record({ do: one("restart") })),
  );
  return fc.array(step, { minLength: length, maxLength: length });
}
