import { type KeyboardEvent, type RefObject, useMemo, useState } from "react";
import type { User } from "../../protocol/model.ts";
import { emptyLog } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { useOptions } from "../dialogs/Options.tsx";
import { allEmoji, type Emoji } from "../emoji/emoji.ts";
import { noteUse } from "../emoji/usual.ts";
import { useAnswer } from "../useAnswer.ts";
import {
  type Completion,
  completed,
  emojiFor,
  peopleFor,
  type Query,
  queryAt,
  typedOutAt,
} from "./query.ts";

/** Completes what is typed into a field. `put` takes the new text. */
export function useCompletion(
  room: string,
  field: RefObject<HTMLTextAreaElement | null>,
  put: (text: string) => void,
) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState<Query>();
  const [dismissed, setDismissed] = useState<number>();
  // If they do not load, no emoji is completed.
  const isEmoji = query?.kind === "emoji";
  const { answer: emoji = noEmoji } = useAnswer(isEmoji ? "" : undefined, allEmoji);
  const sought = query?.kind === "person" ? query.text : undefined;
  const people = usePeopleHere(room, sought);
  const all = useMemo(() => {
    if (query === undefined || query.from === dismissed) return [];
    if (query.kind === "emoji") return emojiFor(query.text, emoji);
    return peopleFor(
      query.text,
      people.filter(({ id }) => id !== me),
    );
  }, [query, dismissed, emoji, people, me]);

  const choice = useOptions(query?.text ?? "", all, take);

  function look() {
    const { value, selectionStart, selectionEnd } = field.current ?? NOTHING;
    const found = selectionStart === selectionEnd ? queryAt(value, selectionStart) : undefined;
    setQuery(found);
    if (found?.from !== dismissed) setDismissed(undefined);
    const name = typedOutAt(value, selectionStart);
    if (name) void convert(name, value);
  }

  /** Puts an emoji in the place of its name, if there is one, and nothing else was typed meanwhile. */
  async function convert(name: Query, typed: string) {
    const all = await allEmoji().catch(() => []);
    const named = all.find(({ names }) => names.includes(name.text));
    if (named === undefined || field.current?.value !== typed) return;
    replace(name, { key: name.text, label: "", text: named.emoji, emoji: named.emoji });
  }

  function take(completion: Completion) {
    if (query !== undefined) replace(query, completion);
  }

  function replace(query: Query, completion: Completion) {
    const element = field.current;
    if (element === null) return;
    const next = completed(element.value, element.selectionStart, query, completion);
    if (completion.user) chat.mention(room, completion.user);
    if (completion.emoji) noteUse(completion.emoji);
    put(next.text);
    setDismissed(query.from);
    setQuery(undefined);
    element.focus();
    // Once the field has the text.
    queueMicrotask(() => element.setSelectionRange(next.caret, next.caret));
  }

  /** @returns whether the key was for the completion */
  function keyDown(event: KeyboardEvent<HTMLElement>): boolean {
    if (all.length === 0) return false;
    const chosen = all[choice.active];
    if (event.key === "Tab" && chosen) take(chosen);
    else if (event.key === "Escape") setDismissed(query?.from);
    else if (!choice.keyDown(event)) {
      // The caret leaves the query.
      if (CARET_KEYS.has(event.key)) setQuery(undefined);
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** The text is sent, or the field loses the focus. */
  function close() {
    setQuery(undefined);
    setDismissed(undefined);
  }

  return { ...choice, all, look, take, keyDown, close };
}

const CARET_KEYS = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);

const NOTHING = { value: "", selectionStart: 0, selectionEnd: 0 };

const ASKED = 10;
const noEmoji: Emoji[] = [];
const nobody: readonly User[] = [];

/** The people known in a room, and those whom the server finds there by name. */
function usePeopleHere(room: string, sought: string | undefined): readonly User[] {
  const chat = useChat();
  const online = useChatState((state) => state.views[room]?.online?.users);
  const log = useChatState((state) => state.views[room]?.log ?? emptyLog);
  const { answer: found = nobody } = useAnswer(sought, async () => {
    const { people } = await chat.findPeople({ room, query: sought, limit: ASKED });
    return people;
  });

  return useMemo(() => {
    if (sought === undefined) return [];
    const authors = log.entries.map(({ author }) => author).toReversed();
    const all = [...(online ?? []), ...authors, ...found];
    // Each person once, by the first of their names: people online have their present one.
    return [...new Map(all.toReversed().map((user) => [user.id, user])).values()].toReversed();
  }, [sought, online, log, found]);
}
