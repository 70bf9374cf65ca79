import { type FormEvent, type KeyboardEvent, useEffect, useRef } from "react";
import { MAX_TEXT_LENGTH } from "../../protocol/limits.ts";
import { roomName } from "../chat/names.ts";
import { useChat, useChatState } from "../context.ts";
import styles from "./Composer.module.css";
import { hasKeyboard, isComposing } from "./keyboard.ts";

/** The count of characters shows once it comes near the limit. */
const COUNT_FROM = MAX_TEXT_LENGTH - 500;

export function Composer({ room }: { room: string }) {
  const chat = useChat();
  const text = useChatState(({ editing, drafts }) =>
    editing?.room === room ? editing.text : (drafts[room]?.text ?? ""),
  );
  const name = useChatState(({ rooms, user }) => roomName(rooms[room], room, user));
  const missing = useChatState((state) => state.views[room]?.status === "missing");
  const field = useRef<HTMLTextAreaElement>(null);
  const tooLong = text.length > MAX_TEXT_LENGTH;

  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, [room]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!tooLong && !missing) chat.submit(room);
    field.current?.focus();
  }

  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && hasKeyboard()) {
      event.preventDefault();
      event.currentTarget.form?.requestSubmit();
    }
    if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      chat.editLast(room);
    }
  }

  return (
    <form className={styles.composer} onSubmit={submit}>
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={`Message to ${name}`}
        aria-describedby="text-count"
        aria-invalid={tooLong}
        placeholder={`Message to ${name}`}
        onInput={(event) => chat.setDraft(room, event.currentTarget.value)}
        onKeyDown={keyDown}
      />
      <button type="submit" aria-disabled={text.trim() === "" || tooLong || missing}>
        Send
      </button>
      <p id="text-count" role="status" className={tooLong ? styles.tooLong : undefined}>
        {text.length > COUNT_FROM && countOf(text.length)}
      </p>
    </form>
  );
}

function countOf(length: number): string {
  const left = MAX_TEXT_LENGTH - length;
  return left < 0 ? `${-left} characters too long` : `${left} characters left`;
}
