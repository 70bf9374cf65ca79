import { type FormEvent, type KeyboardEvent, useEffect, useRef } from "react";
import { MAX_TEXT_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import styles from "./Composer.module.css";

/** The count of characters shows once it comes near the limit. */
const COUNT_FROM = MAX_TEXT_LENGTH - 500;

export function Composer({ room }: { room: string }) {
  const chat = useChat();
  const draft = useChatState((state) => state.drafts[room] ?? "");
  const name = useChatState((state) => state.rooms[room]?.name ?? room);
  const missing = useChatState((state) => state.views[room]?.status === "missing");
  const field = useRef<HTMLTextAreaElement>(null);
  const tooLong = draft.length > MAX_TEXT_LENGTH;

  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, [room]);

  function send() {
    if (draft.trim() !== "" && !tooLong && !missing) chat.send(room, draft);
    field.current?.focus();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    send();
  }

  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event) || !hasKeyboard()) return;
    event.preventDefault();
    send();
  }

  return (
    <form className={styles.composer} onSubmit={submit}>
      <textarea
        ref={field}
        rows={1}
        value={draft}
        aria-label={`Message to ${name}`}
        aria-describedby="text-count"
        aria-invalid={tooLong}
        placeholder={`Message to ${name}`}
        onInput={(event) => chat.setDraft(room, event.currentTarget.value)}
        onKeyDown={keyDown}
      />
      <button type="submit" aria-disabled={draft.trim() === "" || tooLong || missing}>
        Send
      </button>
      <p id="text-count" role="status" className={tooLong ? styles.tooLong : undefined}>
        {draft.length > COUNT_FROM && countOf(draft.length)}
      </p>
    </form>
  );
}

function countOf(length: number): string {
  const left = MAX_TEXT_LENGTH - length;
  return left < 0 ? `${-left} characters too long` : `${left} characters left`;
}

/** An input method's Enter takes a word; Safari sends it after the composition, as key code 229. */
function isComposing(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** On a touch screen Enter breaks the line, and a focused field would open the keyboard. */
function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
