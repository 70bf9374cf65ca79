import { type ReactNode, useId } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import type { Person } from "../../protocol/model.ts";
import form from "../dialogs/form.module.css";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";
import type { FoundPeople } from "./usePeople.ts";

/** The field for the name to search for. */
export function NameField({ label, found }: { label: string; found: FoundPeople }) {
  const id = useId();
  return (
    <p className={form.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        maxLength={MAX_QUERY_LENGTH}
        autoComplete="off"
        value={found.query}
        onInput={(event) => found.setQuery(event.currentTarget.value)}
      />
    </p>
  );
}

interface Props {
  label: string;
  found: FoundPeople;
  row: (person: Person) => ReactNode;
  /** What went wrong with an action on one of them. */
  problem: string;
}

/** The people found. */
export function PeopleList({ label, found, row, problem }: Props) {
  return (
    <>
      <ul className={form.people} aria-label={label}>
        {found.people.map((person) => {
          const content = row(person);
          return content && <li key={person.id}>{content}</li>;
        })}
      </ul>
      {found.loadMore && (
        <button type="button" className="quiet" onClick={found.loadMore}>
          {words.page.showMore}
        </button>
      )}
      <p className={form.problem} role="alert">
        {problem || found.problem}
      </p>
    </>
  );
}

/** A person in the list, with a note. */
export function PersonButton(props: { person: Person; note: string; act: () => void }) {
  const { person, note, act } = props;
  return (
    <button type="button" className={form.person} onClick={act}>
      <Avatar user={person} online={person.online} />
      <PersonName user={person} />
      {note && <small>{note}</small>}
    </button>
  );
}
