import type { Person } from "../../protocol/model.ts";
import { Combobox } from "../dialogs/Combobox.tsx";
import form from "../dialogs/form.module.css";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";

interface Props {
  label: string;
  query: string;
  setQuery: (query: string) => void;
  people: readonly Person[];
  pick: (person: Person) => void;
  /** What stands beside a name. */
  note: (person: Person) => string;
  loadMore: (() => void) | undefined;
  problem: string;
}

/** A field for picking somebody by name. */
export function PeoplePicker({ people, note, loadMore, problem, ...field }: Props) {
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
      <p className={form.problem} role="alert">
        {problem}
      </p>
    </Combobox>
  );
}
