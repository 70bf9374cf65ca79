import { type Item, invalid, membersOf, Unsupported, type Value } from "./values.ts";

/**
 * The parts of DynamoDB's expressions: tokens, paths into an item, placeholders, operands.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 *
 * Reserved words are not refused here: test/store runs on engines that do.
 */

/** The meanings of the `#names` and `:values` of a request. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Value>>;
}

/** Names from an attribute down to one within it; they may be placeholders. */
export type Path = readonly [string, ...string[]];

export type Operand =
  | { readonly kind: "path" | "size"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string };

const TOKEN = /\s*([#:]\w+|[A-Za-z]\w*|<>|<=|>=|[=<>().,+-])/y;

/** Reads an expression token by token. */
export class Reader {
  /** The placeholders that the expression has. */
  readonly placeholders: ReadonlySet<string>;
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
    this.placeholders = new Set(this.#tokens.filter((token) => /^[#:]/.test(token)));
  }

  get isDone(): boolean {
    return this.#at === this.#tokens.length;
  }

  next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.error("it ends too early");
    return token;
  }

  /** Takes the next token if it is this one; keywords may be in small letters. */
  takes(token: string): boolean {
    const isNext = this.#tokens[this.#at]?.toUpperCase() === token.toUpperCase();
    if (isNext) this.#at += 1;
    return isNext;
  }

  expect(token: string): void {
    if (!this.takes(token)) throw this.error(`${token} is missing`);
  }

  path(): Path {
    const path: [string, ...string[]] = [this.#name()];
    while (this.takes(".")) path.push(this.#name());
    return path;
  }

  #name(): string {
    const name = this.next();
    if (!/^[#A-Za-z]/.test(name)) throw this.error(`${name} is no name`);
    return name;
  }

  operand(): Operand {
    if (this.#tokens[this.#at]?.startsWith(":")) return { kind: "value", name: this.next() };
    const path = this.path();
    if (path[0] !== "size" || !this.takes("(")) return { kind: "path", path };
    const sized = this.path();
    this.expect(")");
    return { kind: "size", path: sized };
  }

  error(why: string): Error {
    return invalid(`Invalid expression: ${this.#text}: ${why}`);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  for (let from = 0; from < trimmed.length; from = TOKEN.lastIndex) {
    TOKEN.lastIndex = from;
    const token = TOKEN.exec(trimmed)?.[1];
    if (token === undefined) {
      throw new Unsupported(`Tables in memory cannot read ${text.slice(from)} of ${text}`);
    }
    tokens.push(token);
  }
  return tokens;
}

/** The path with its placeholders replaced by their names. */
export function resolve([first, ...rest]: Path, { names }: Placeholders): Path {
  const nameOf = (step: string) => (step.startsWith("#") ? (names[step] ?? step) : step);
  return [nameOf(first), ...rest.map(nameOf)];
}

/** An item's value at a path whose placeholders are not replaced yet. */
export function valueAt(item: Item, path: Path, placeholders: Placeholders): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const name of resolve(path, placeholders)) {
    value = value && "M" in value && Object.hasOwn(value.M, name) ? value.M[name] : undefined;
  }
  return value;
}

export function operandIn(operand: Operand, item: Item, given: Placeholders): Value | undefined {
  if (operand.kind === "value") return given.values[operand.name];
  const found = valueAt(item, operand.path, given);
  if (operand.kind === "path" || found === undefined) return found;
  const size = lengthOf(found);
  return size === undefined ? undefined : { N: String(size) };
}

function lengthOf(value: Value): number | undefined {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("L" in value) return value.L.length;
  if ("M" in value) return Object.keys(value.M).length;
  return membersOf(value)?.length;
}
