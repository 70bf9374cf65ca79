import type { Person } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { NameField, PeopleList, PersonButton } from "./PeopleList.tsx";
import { usePeople } from "./usePeople.ts";

/** Finds somebody by name to write to. */
export function FindPerson() {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const found = usePeople();
  const { run, problem } = useAction();

  function write(person: Person) {
    run(async () => {
      await chat.direct(person.id);
      chat.closeDialog();
    });
  }

  return (
    <DialogFrame title={words.people.direct}>
      <div className={form.form}>
        <NameField label={words.people.name} found={found} />
        <PeopleList
          label={words.people.title}
          found={found}
          problem={problem}
          row={(person) =>
            person.id !== me && (
              <PersonButton
                person={person}
                note={person.online ? words.people.isOnline : words.people.isOffline}
                act={() => write(person)}
              />
            )
          }
        />
      </div>
    </DialogFrame>
  );
}
