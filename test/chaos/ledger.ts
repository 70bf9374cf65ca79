import type { Entry, MessageEntry } from "../../protocol/model.ts";

/** The messages as the answered changes have left them, by their first text. */
export class Ledger {
  readonly #edited = new Map<string, string>();
  readonly #deleted = new Set<string>();
  readonly #reactions = new Map<string, Map<string, Set<string>>>();
  #edits = 0;

  /** Another text for a message, in which the first one can still be recognised. */
  newText(text: string): string {
    return `${original(text)}, edit ${++this.#edits}`;
  }

  edited(text: string): void {
    this.#edited.set(original(text), text);
  }

  deleted(text: string): void {
    this.#deleted.add(original(text));
  }

  reacted(text: string, emoji: string, user: string, on: boolean): void {
    const reactions = this.#reactions.get(original(text)) ?? new Map<string, Set<string>>();
    const users = reactions.get(emoji) ?? new Set();
    if (on) users.add(user);
    else users.delete(user);
    this.#reactions.set(original(text), reactions.set(emoji, users));
  }

  isDeleted(said: string): boolean {
    return this.#deleted.has(said);
  }

  /**
   * What is wrong with the messages of a log, and deleted or replaced texts that are still in it.
   */
  wrongIn(log: readonly Entry[]): string[] {
    const messages = log.filter((entry) => entry.kind === "message");
    const states = log.map((entry) => (entry.kind === "message" ? entry : entry.message));
    return [
      ...messages.flatMap((message) => this.#wrongWith(message)),
      ...states
        .filter(({ text }) => this.#deleted.has(original(text)))
        .map(({ text }) => `"${text}" was deleted and is in the log`),
    ];
  }

  #wrongWith(message: MessageEntry): string[] {
    const { text, seq, deletedAt, reactions = {} } = message;
    if (deletedAt !== undefined) return text === "" ? [] : [`seq ${seq} is deleted and has a text`];
    const said = original(text);
    const expected = this.#edited.get(said) ?? said;
    const wrong = text === expected ? [] : [`"${text}" should be "${expected}"`];
    const given = [...(this.#reactions.get(said) ?? [])].filter(([, users]) => users.size > 0);
    const toText = (all: Iterable<readonly [string, Iterable<string>]>) =>
      [...all]
        .map(([emoji, users]) => `${emoji} ${[...users].toSorted()}`)
        .toSorted()
        .join("; ");
    const [is, should] = [toText(Object.entries(reactions)), toText(given)];
    if (is !== should) wrong.push(`"${text}" has the reactions ${is} and not ${should}`);
    return wrong;
  }
}

/** The first text of a message. */
export function original(text: string): string {
  return text.replace(/, edit \d+$/, "");
}
