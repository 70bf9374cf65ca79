import type { User } from "../../protocol/model.ts";
import { rankOf } from "../chat/people/names.ts";

/** What is being typed and can be completed: `@` and a name, or `:` and the name of an emoji. */
export interface Query {
  kind: "person" | "emoji";
  text: string;
  /** The index of the sign. */
  from: number;
}

/** Something that a query can be completed with. */
export interface Completion {
  key: string;
  /** What replaces the query in the text. */
  text: string;
  label: string;
  user?: User;
  emoji?: string;
}

const MAX_SHOWN = 8;

/** What stands before the caret, if it can be completed. */
export function queryAt(text: string, caret: number): Query | undefined {
  const before = text.slice(0, caret);
  // A shorter one is a smiley.
  const emoji = /(?:^|[\s(]):([a-z0-9_+-]{2,24})$/u.exec(before)?.[1];
  if (emoji !== undefined) return { kind: "emoji", text: emoji, from: caret - emoji.length - 1 };
  const person = /(?:^|[\s(])@([^\n@]{0,32})$/u.exec(before)?.[1];
  if (person === undefined) return undefined;
  return { kind: "person", text: person, from: caret - person.length - 1 };
}

/** The people whose name begins with the query or has a word that does, the best first. */
export function peopleFor(query: string, people: readonly User[]): Completion[] {
  return best(query, people, ({ name }) => name).map((user) => ({
    key: user.id,
    text: `@${user.name} `,
    label: user.name,
    user,
  }));
}

/** The emoji whose names match, from pairs of name and emoji. */
export function emojiFor(query: string, all: readonly (readonly [string, string])[]): Completion[] {
  return best(query, all, ([name]) => name).map(([name, emoji]) => ({
    key: name,
    text: `${emoji} `,
    label: `:${name}:`,
    emoji,
  }));
}

/** The text with the query replaced by the completion, and where the caret goes. */
export function completed(
  text: string,
  caret: number,
  { from }: Query,
  completion: Completion,
): { text: string; caret: number } {
  const rest = text.slice(caret).replace(/^ /, "");
  return {
    text: text.slice(0, from) + completion.text + rest,
    caret: from + completion.text.length,
  };
}

function best<T>(query: string, all: readonly T[], nameOf: (one: T) => string): T[] {
  return all
    .map((one) => ({ one, rank: rankOf(nameOf(one), query) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || nameOf(a.one).length - nameOf(b.one).length)
    .slice(0, MAX_SHOWN)
    .map(({ one }) => one);
}

/** Pairs of a name, as it is typed between colons, and its emoji. */
export async function emojiNames(): Promise<(readonly [string, string])[]> {
  const byHexcode: Record<string, string | string[]> = (
    await import("emojibase-data/en/shortcodes/github.json")
  ).default;
  return Object.entries(byHexcode).flatMap(([hexcode, names]) => {
    const emoji = emojiOf(hexcode);
    return emoji === undefined ? [] : [names].flat().map((name) => [name, emoji] as const);
  });
}

/** Some hexcodes leave out the variation selector, without which they are not drawn as emoji. */
function emojiOf(hexcode: string): string | undefined {
  const plain = String.fromCodePoint(
    ...hexcode.split("-").map((part) => Number.parseInt(part, 16)),
  );
  return [plain, `${plain}\uFE0F`].find((emoji) => /^\p{RGI_Emoji}$/v.test(emoji));
}
