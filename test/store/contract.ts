import { randomUUID } from "node:crypto";
import { describe, test } from "vitest";

type FunctionsOf<Module> = {
  [Name in keyof Module]: Module[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Module];

/** Tests by their titles. */
type Tests = Readonly<Record<string, () => Promise<void>>>;

/**
 * The contract of the functions of a file in `functions/store`, whatever the engine is. `tests` has
 * their tests by function; an exported function that is missing is a type error.
 */
export function contract<Module>(tests: Readonly<Record<FunctionsOf<Module> & string, Tests>>) {
  for (const [name, ofFunction] of Object.entries<Tests>(tests)) {
    describe(name, () => {
      for (const [title, run] of Object.entries(ofFunction)) test(title, run);
    });
  }
}

/** An id that no other test uses in the same tables. */
export function newId(): string {
  return randomUUID();
}

export const ada = { id: "ada", name: "Ada" };
export const bob = { id: "bob", name: "Bob" };
