import { type FormEvent, useLayoutEffect, useRef } from "react";
import { MAX_KEY_LENGTH, MAX_NAME_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { lazily } from "../lazily.tsx";
import { load } from "../load.ts";
import { Title } from "../Wordmark.tsx";
import { words } from "../words.ts";
import { useConfig } from "./config.ts";
import "./join.css";

const Ways = lazily(async () => (await load(() => import("./Ways.tsx"))).Ways);

/** index.html holds the same elements, which show before this script has loaded. */
export function JoinForm() {
  const chat = useChat();
  const { pending, error, wrongKey } = useChatState((state) => state.joining);
  const { guests, joinKey, signIn } = useConfig();
  const input = useRef<HTMLInputElement>(null);
  const key = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => {
    if (pending) return;
    const wrong = wrongKey ? key.current : null;
    (wrong ?? input.current)?.focus();
    wrong?.select();
  }, [pending, wrongKey]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!pending) chat.join(input.current?.value ?? "", key.current?.value);
  }

  return (
    <main className="join">
      <Title />
      <form method="dialog" className="join-form" hidden={!guests} onSubmit={submit}>
        <label htmlFor="name">{words.join.name}</label>
        <input
          ref={input}
          id="name"
          name="name"
          type="text"
          required
          // The server says what is too long. More than this is not typed.
          maxLength={8 * MAX_NAME_LENGTH}
          autoComplete="nickname"
          enterKeyHint="go"
          aria-describedby="name-error"
          aria-invalid={error !== undefined && !pending && !wrongKey}
        />
        {joinKey && (
          <>
            <label htmlFor="key">{words.join.key}</label>
            <input
              ref={key}
              id="key"
              type="text"
              required
              maxLength={MAX_KEY_LENGTH}
              autoComplete="off"
              aria-describedby="name-error"
              aria-invalid={wrongKey}
            />
          </>
        )}
        <button type="submit" aria-disabled={pending}>
          {pending ? words.join.joining : words.join.start}
        </button>
        <p id="name-error" className="join-error" role="alert">
          {error}
        </p>
      </form>
      {!guests && <p role="alert">{error}</p>}
      {(signIn || chat.identity.others().length > 0) && <Ways />}
    </main>
  );
}
