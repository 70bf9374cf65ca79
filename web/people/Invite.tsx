import { useState } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import type { Person } from "../../protocol/model.ts";
import { useChat } from "../context.ts";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";
import { usePeople } from "./usePeople.ts";

const SHOWN = 5;

/** Finds somebody among all people and brings them into a room. */
export function Invite({ room, members }: { room: string; members: readonly Person[] }) {
  const chat = useChat();
  const [query, setQuery] = useState("");
  const [invited, setInvited] = useState<readonly string[]>([]);
  const { people } = usePeople(undefined, query);
  const { run, problem } = useAction();
  const isMember = (id: string) => members.some((member) => member.id === id);

  function invite({ id }: Person) {
    run(async () => {
      await chat.invite(room, id);
      setInvited((before) => [...before, id]);
    });
  }

  return (
    <div className={form.field}>
      <label htmlFor="invite-query">Invite somebody</label>
      <input
        id="invite-query"
        type="text"
        maxLength={MAX_QUERY_LENGTH}
        autoComplete="off"
        placeholder="Name"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {query !== "" && (
        <ul className={form.people} aria-label="People to invite">
          {people.slice(0, SHOWN).map((person) => (
            <li key={person.id}>
              <Avatar user={person} online={person.online} />
              <PersonName user={person} />
              {invited.includes(person.id) || isMember(person.id) ? (
                <small>{invited.includes(person.id) ? "invited" : "is here"}</small>
              ) : (
                <button
                  type="button"
                  className="small"
                  aria-label={`Invite ${person.name}`}
                  onClick={() => invite(person)}
                >
                  Invite
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <span className={form.problem} role="alert">
        {problem}
      </span>
    </div>
  );
}
