import { useState } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import type { Person } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { Avatar } from "./Avatar.tsx";
import { Invite } from "./Invite.tsx";
import { PersonName } from "./PersonName.tsx";
import { usePeople } from "./usePeople.ts";

/** Who is in a room; its owner removes people, and everyone in it invites others. */
export function Members({ room }: { room: string }) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const owns = useChatState((state) => state.rooms[room]?.owner === state.user?.id);
  const open = useChatState((state) => state.rooms[room]?.kind === "direct");
  const [query, setQuery] = useState("");
  const { people, problem: notFound, loadMore, forget } = usePeople(room, query);
  const { run, problem } = useAction();

  function remove(person: Person) {
    run(async () => {
      await chat.removePerson(room, person.id);
      forget(person.id);
    });
  }

  return (
    <DialogFrame title="People in this room">
      <div className={form.form}>
        {!open && <Invite room={room} members={people} />}
        <p className={form.field}>
          <label htmlFor="members-query">Find by name</label>
          <input
            id="members-query"
            type="text"
            maxLength={MAX_QUERY_LENGTH}
            autoComplete="off"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </p>
        <ul className={form.people} aria-label="Members">
          {people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className={form.person}
                onClick={() => chat.showDialog({ kind: "person", user: person, room })}
              >
                <Avatar user={person} online={person.online} />
                <PersonName user={person} />
                {person.role === "owner" && <small>owner</small>}
              </button>
              {owns && person.id !== me && (
                <button
                  type="button"
                  className={`small ${form.danger}`}
                  aria-label={`Remove ${person.name}`}
                  onClick={() => remove(person)}
                >
                  Remove
                </button>
              )}
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
