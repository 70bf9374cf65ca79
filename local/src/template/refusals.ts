import { StartError } from "../start-error.ts";

/** A resource that cannot run, as it is shown to the developer. */
interface Refused {
  readonly construct: string;
  readonly type: string;
  readonly why: string;
}

/** The parts of a stack that cannot run, collected so that the developer sees them all at once. */
export class Refusals {
  readonly #refused = new Set<string>();
  readonly #rows: Refused[] = [];

  /** @param name the value that references to the resource resolve to */
  add(name: string, row: Refused): void {
    this.#refused.add(name);
    const isKnown = ({ construct, why }: Refused) => construct === row.construct && why === row.why;
    if (!this.#rows.some(isKnown)) this.#rows.push(row);
  }

  /** Whether a value names a refused resource, and therefore is no problem of its own. */
  explain(value: unknown): boolean {
    const text = JSON.stringify(value) ?? "";
    return [...this.#refused].some((name) => text.includes(name));
  }

  /** @throws {StartError} with a table of everything that was refused */
  throwIfAny(stack: string): void {
    if (this.#rows.length === 0) return;
    const rows = [
      ["construct", "type", "why"],
      ...this.#rows.map(({ construct, type, why }) => [construct, type, why]),
    ];
    const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
    const widths = [width(0), width(1), 0];
    const lines = rows.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   "),
    );
    throw new StartError(
      `The stack ${stack} has parts that do not run on one machine:\n\n  ${lines.join("\n  ")}\n`,
    );
  }
}
