import { randomUUID } from "node:crypto";
import { describe, test } from "vitest";

type FunctionsOf<Module> = {
  [Name in keyof Module]: Module[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Module];

/** Tests by what they show. */
type Tests = Readonly<Record<string, () => Promise<void>>>;

/**
 * What the functions of a file in `functions/store` do, whatever the tables are. `tests` has them by
 * function: one that the file exports and that is not here is an error of types.
 */
export function contract<Module>(tests: Readonly<Record<FunctionsOf<Module> & string, Tests>>) {
  for (const [name, ofFunction] of Object.entries<Tests>(tests)) {
    describe(name, () => {
      for (const [title, run] of Object.entries(ofFunction)) test(title, run);
    });
  }
}

/** An id that nothing else in the tables has, which other tests have filled too. */
export function newId(): string {
  return randomUUID();
}

export const ada = { id: "ada", name: "Ada" };
export const bob = { id: "bob", name: "Bob" };
