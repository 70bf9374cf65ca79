import { useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { useChat } from "../context.ts";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { NameField } from "./PeopleList.tsx";
import { PersonName } from "./PersonName.tsx";
import { usePeople } from "./usePeople.ts";

const SHOWN = 5;

/** Finds people by name and invites them into a room. */
export function Invite({ room, members }: { room: string; members: readonly Person[] }) {
  const chat = useChat();
  const [invited, setInvited] = useState<readonly string[]>([]);
  const found = usePeople();
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
      <NameField label={words.people.inviteSomebody} found={found} />
      {found.query !== "" && (
        <ul className={form.people} aria-label={words.people.toInvite}>
          {found.people.slice(0, SHOWN).map((person) => (
            <li key={person.id}>
              <Avatar user={person} online={person.online} />
              <PersonName user={person} />
              {invited.includes(person.id) || isMember(person.id) ? (
                <small>
                  {invited.includes(person.id) ? words.people.invited : words.people.alreadyHere}
                </small>
              ) : (
                <button
                  type="button"
                  className="small"
                  aria-label={words.people.inviteOne(person.name)}
                  onClick={() => invite(person)}
                >
                  {words.people.invite}
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
