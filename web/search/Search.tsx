import { Hash, Lock, MessageSquare } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import { useChat } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { Avatar } from "../people/Avatar.tsx";
import "../styles/option.css";
import { words } from "../words.ts";
import styles from "./Search.module.css";
import { type Result, useResults } from "./useResults.ts";

/** Finds rooms and people by name, and messages by their words. */
export function Search() {
  const chat = useChat();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const { results, said, lookFurther } = useResults(query);
  const { run, problem } = useAction();
  const list = useId();

  function go({ room, user, seq }: Result) {
    if (user) return run(() => chat.direct(user.id).then(chat.closeDialog));
    chat.openRoom(room, seq);
    chat.closeDialog();
  }

  function keyDown(event: KeyboardEvent<HTMLInputElement>) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = results[active];
    if (step !== 0 && results.length > 0) {
      const next = (active + step + results.length) % results.length;
      setActive(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.isComposing && chosen) go(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <DialogFrame title={words.search.title} palette>
      <div className={styles.search}>
        <input
          type="text"
          role="combobox"
          aria-label={words.search.field}
          aria-expanded={results.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={results.length > 0 ? `${list}-${active}` : undefined}
          placeholder={words.search.hint}
          maxLength={MAX_QUERY_LENGTH}
          autoComplete="off"
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={keyDown}
        />
        <div id={list} role="listbox" aria-label={words.search.results} className={styles.results}>
          {results.map((result, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
            <div
              key={result.key}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={styles.result}
              onClick={() => go(result)}
            >
              <ResultRow {...result} />
            </div>
          ))}
        </div>
        <p role="status" className={styles.said}>
          {problem || said}
          {lookFurther && (
            <button type="button" className="quiet small" onClick={lookFurther}>
              {words.search.further}
            </button>
          )}
        </p>
      </div>
    </DialogFrame>
  );
}

function ResultRow({ icon, title, text, at, user }: Result) {
  const Icon = { public: Hash, private: Lock, message: MessageSquare }[icon];
  return (
    <>
      {user ? <Avatar user={user} online={user.online} /> : <Icon size={16} aria-hidden="true" />}
      <bdi className={styles.title}>{title}</bdi>
      <span className={styles.text} dir="auto">
        {text}
      </span>
      {at !== undefined && (
        <time dateTime={new Date(at).toISOString()}>{words.dates.day.format(at)}</time>
      )}
    </>
  );
}
