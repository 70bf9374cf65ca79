import type { Person } from "../../protocol/model.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { Invite } from "./Invite.tsx";
import { NameField, PeopleList, PersonButton } from "./PeopleList.tsx";
import { usePeople } from "./usePeople.ts";

/** The members of a room. Its owner can remove people; every member can invite others. */
export function Members({ room }: { room: string }) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const owns = useChatState((state) => ownsRoom(state, room));
  const direct = useChatState((state) => state.rooms[room]?.kind === "direct");
  const found = usePeople(room);
  const { run, problem } = useAction();

  function remove(person: Person) {
    run(async () => {
      await chat.removePerson(room, person.id);
      found.forget(person.id);
    });
  }

  return (
    <DialogFrame title={words.people.inRoom}>
      <div className={form.form}>
        {!direct && <Invite room={room} members={found.people} />}
        <NameField label={words.people.find} found={found} />
        <PeopleList
          label={words.people.members}
          found={found}
          problem={problem}
          row={(person) => (
            <>
              <PersonButton
                person={person}
                note={person.role === "owner" ? words.people.owner : ""}
                act={() => chat.showDialog({ kind: "person", user: person, room })}
              />
              {owns && person.id !== me && (
                <button
                  type="button"
                  className={`small ${form.danger}`}
                  aria-label={words.people.removeOne(person.name)}
                  onClick={() => remove(person)}
                >
                  {words.people.remove}
                </button>
              )}
            </>
          )}
        />
      </div>
    </DialogFrame>
  );
}
