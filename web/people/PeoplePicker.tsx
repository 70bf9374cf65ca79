import { useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { Combobox } from "../dialogs/Combobox.tsx";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./Names.tsx";
import { usePeople } from "./usePeople.ts";

interface Props {
  label: string;
  query: string;
  setQuery: (query: string) => void;
  people: readonly Person[];
  pick: (person: Person) => void;
  /** What stands beside a name. */
  note?: (person: Person) => string;
  loadMore: (() => void) | undefined;
  problem: string;
}

/** A field for picking somebody by name. */
export function PeoplePicker({ people, note = presenceOf, loadMore, problem, ...field }: Props) {
  return (
    <Combobox
      {...field}
      list={words.people.title}
      options={people.map((person) => ({ key: person.id, person }))}
      pick={({ person }) => field.pick(person)}
      show={({ person }) => (
        <>
          <Avatar user={person} online={person.online} />
          <PersonName user={person} />
          <small>{note(person)}</small>
        </>
      )}
    >
      {loadMore && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.page.showMore}
        </button>
      )}
      <p role="alert">{problem}</p>
    </Combobox>
  );
}

export function presenceOf({ online }: Person): string {
  return online ? words.people.isOnline : words.people.isOffline;
}

/** Finds somebody by name to write to. */
export function FindPerson() {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState("");
  const found = usePeople(query);
  const { run, problem } = useAction();
  return (
    <DialogFrame title={words.rooms.newDirect}>
      <PeoplePicker
        {...{ ...found, query, setQuery }}
        label={words.people.find}
        people={found.people.filter(({ id }) => id !== me)}
        problem={problem || found.problem}
        pick={({ id }) => run(() => chat.direct(id))}
      />
    </DialogFrame>
  );
}
