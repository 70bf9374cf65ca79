import { useState } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";
import { usePeople } from "./usePeople.ts";

/** Finds somebody by name to write to. */
export function FindPerson() {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState("");
  const { people, problem: notFound, loadMore } = usePeople(undefined, query);
  const { run, problem } = useAction();

  return (
    <DialogFrame title="Direct message">
      <div className={form.form}>
        <p className={form.field}>
          <label htmlFor="find-person">Name</label>
          <input
            id="find-person"
            type="text"
            maxLength={MAX_QUERY_LENGTH}
            autoComplete="off"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </p>
        <ul className={form.people} aria-label="People">
          {people
            .filter(({ id }) => id !== me)
            .map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  className={form.person}
                  onClick={() =>
                    run(async () => {
                      await chat.direct(person.id);
                      chat.closeDialog();
                    })
                  }
                >
                  <Avatar user={person} online={person.online} />
                  <PersonName user={person} />
                  <small>{person.online ? "online" : "offline"}</small>
                </button>
              </li>
            ))}
        </ul>
        {loadMore && (
          <button type="button" className="quiet" onClick={loadMore}>
            Show more
          </button>
        )}
        <p className={form.problem} role="alert">
          {problem || notFound}
        </p>
      </div>
    </DialogFrame>
  );
}
