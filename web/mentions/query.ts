import type { User } from "../../protocol/model.ts";
import { bestFirst } from "../chat/people/names.ts";
import type { Emoji } from "../emoji/emoji.ts";
import { usualEmoji } from "../emoji/usual.ts";

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

/** How many emoji count as used often. */
const OFTEN = 48;

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
  return best(query, people).map((user) => ({
    key: user.id,
    text: `@${user.name} `,
    label: user.name,
    user,
  }));
}

/** The emoji whose names match, those first that are used often. */
export function emojiFor(query: string, all: readonly Emoji[]): Completion[] {
  const often = usualEmoji(OFTEN);
  const named = all.flatMap(({ emoji, names }) => names.map((name) => ({ emoji, name })));
  const placeOf = ({ emoji }: { emoji: string }) => {
    const place = often.indexOf(emoji);
    return place < 0 ? OFTEN : place;
  };
  return best(query, named, (a, b) => placeOf(a) - placeOf(b)).map(({ emoji, name }) => ({
    key: name,
    text: `${emoji} `,
    label: `:${name}:`,
    emoji,
  }));
}

/** What stands before the caret between two colons, if it could be the name of an emoji. */
export function typedOutAt(text: string, caret: number): Query | undefined {
  const [, before = "", name] =
    /^([\s\S]*(?:^|[\s(])):([a-z0-9_+-]{2,24}):$/u.exec(text.slice(0, caret)) ?? [];
  // Not in code.
  if (name === undefined || before.split("`").length % 2 === 0) return undefined;
  return { kind: "emoji", text: name, from: before.length };
}

/** The text with the query replaced by the completion, and where the caret goes. */
export function completed(
  text: string,
  caret: number,
  { from }: Query,
  completion: Completion,
): { text: string; caret: number } {
  const after = text.slice(caret);
  const rest = completion.text.endsWith(" ") ? after.replace(/^ /, "") : after;
  return {
    text: text.slice(0, from) + completion.text + rest,
    caret: from + completion.text.length,
  };
}

/** Those with a word in their name that begins with the query. */
function best<T extends { name: string }>(
  query: string,
  all: readonly T[],
  first: (a: T, b: T) => number = () => 0,
): T[] {
  const order = (a: T, b: T) => first(a, b) || a.name.length - b.name.length;
  return bestFirst(all, query, ({ name }) => name, order, 2).slice(0, MAX_SHOWN);
}
