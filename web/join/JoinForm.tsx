import { type FormEvent, useLayoutEffect, useRef } from "react";
import { MAX_NAME_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { Wordmark } from "../Wordmark.tsx";
import "./join.css";
import { words } from "../words.ts";

/** index.html holds the same elements, which show before this script has loaded. */
export function JoinForm() {
  const chat = useChat();
  const { pending, error } = useChatState((state) => state.joining);
  const input = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => {
    if (!pending) input.current?.focus();
  }, [pending]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!pending) chat.join(input.current?.value ?? "");
  }

  return (
    <main className="join">
      <h1>
        <Wordmark />
        <span className="visually-hidden">Natter</span>
      </h1>
      <form method="dialog" className="join-form" onSubmit={submit}>
        <label htmlFor="name">{words.join.name}</label>
        <input
          ref={input}
          id="name"
          name="name"
          type="text"
          required
          maxLength={MAX_NAME_LENGTH}
          autoComplete="nickname"
          enterKeyHint="go"
          aria-describedby="name-error"
          aria-invalid={error !== undefined && !pending}
        />
        <button type="submit" aria-disabled={pending}>
          {pending ? words.join.joining : words.join.start}
        </button>
        <p id="name-error" className="join-error" role="alert">
          {error}
        </p>
      </form>
    </main>
  );
}
