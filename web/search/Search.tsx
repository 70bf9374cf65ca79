import { CalendarDays, X } from "lucide-react";
import { useRef, useState } from "react";
import { nameOfRoom } from "../chat/people/names.ts";
import type { Filters } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { Combobox } from "../dialogs/Combobox.tsx";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { Avatar } from "../people/Avatar.tsx";
import { PersonName, RoomName } from "../people/Names.tsx";
import { RoomSign } from "../rooms/RoomLinks.tsx";
import { shortly } from "../timeline/dates.ts";
import { words } from "../words.ts";
import { nameOfFilter, OPERATORS, type Operator, settled } from "./filters.ts";
import styles from "./Search.module.css";
import { type Result, useResults } from "./useResults.ts";

/** Finds rooms and people by name, and messages by their words. `again` shows the earlier search. */
export function Search({ again = false, typed = "" }: { again?: boolean; typed?: string }) {
  const chat = useChat();
  const { searched, open } = chat.store.getState();
  const [kept] = useState(again ? searched : undefined);
  const [query, setQuery] = useState(kept?.query ?? typed);
  const [filters, setFilters] = useState<Filters>(kept?.filters ?? {});
  const asked = useResults(query, filters, kept);
  const { results } = asked;
  const isHere = useChatState((state) => state.mine.has(open));
  const { run, problem } = useAction();
  const field = useRef<HTMLInputElement>(null);
  /** The query without an operator that names nothing, ready for the next word. */
  const text = readyFor(asked.typed?.isTaken === false ? asked.typed.others : query);

  function type(next: string, filter?: Filters) {
    const more = filter ? { query: next, filter } : settled(next, chat.store.getState());
    setQuery(more?.query ?? next);
    if (more) setFilters({ ...filters, ...more.filter });
    field.current?.focus();
  }

  function remove(operator: Operator) {
    const { [operator]: _, ...others } = filters;
    setFilters(others);
    field.current?.focus();
  }

  function pick(result: Result) {
    if ("filter" in result) return type(readyFor(asked.typed?.others ?? query), result.filter);
    if (result.kind === "person") return run(() => chat.direct(result.user.id));
    if (result.kind === "room") chat.openRoom(result.room.id);
    else chat.openFound({ query: query.trim(), filters, found: asked.found, led: result.message });
    chat.closeDialog();
  }

  const used = OPERATORS.filter((operator) => operator in filters);
  const isUsed = (operator: Operator) => operator in asked.filters;
  const last = used.at(-1);
  const led = kept && results.findIndex(({ key }) => key === `${kept.led.room}/${kept.led.seq}`);
  return (
    <DialogFrame title={words.search.title} palette toType={kept === undefined}>
      <Combobox
        palette
        label={words.search.field}
        hint={used.length === 0 ? words.search.hint : words.search.needsWord}
        {...{ query, field, pick }}
        setQuery={type}
        options={results}
        list={words.search.results}
        start={led}
        show={(result) => <ResultRow {...result} />}
        before={used.map((operator) => (
          <Filter key={operator} {...{ operator, filters }} remove={() => remove(operator)} />
        ))}
        erase={() => last && remove(last)}
      >
        <div className={`row wraps hint ${styles.more}`}>
          <p role="status">{problem || asked.said}</p>
          {asked.lookFurther && (
            <button type="button" className="quiet small" onClick={asked.lookFurther}>
              {words.search.further}
            </button>
          )}
          <span className={`row wraps ${styles.operators}`}>
            {isHere && !isUsed("in") && (
              <button type="button" className="small" onClick={() => type(text, { in: open })}>
                {words.search.here}
              </button>
            )}
            {OPERATORS.filter((operator) => !isUsed(operator)).map((operator) => (
              <button
                key={operator}
                type="button"
                className="small"
                onClick={() => type(`${text}${words.search.operators[operator]}:`)}
              >
                {words.search.operators[operator]}:
              </button>
            ))}
          </span>
        </div>
      </Combobox>
    </DialogFrame>
  );
}

/** A query to which the next word can be added. */
function readyFor(query: string): string {
  return `${query} `.replace(/\s+$/u, " ").trimStart();
}

function Filter(props: { operator: Operator; filters: Filters; remove: () => void }) {
  const name = useChatState((state) => nameOfFilter(props.operator, props.filters, state));
  return (
    <button type="button" className={`small ${styles.filter}`} onClick={props.remove}>
      <bdi className="cut" aria-hidden="true">
        {name}
      </bdi>
      <X size={14} aria-hidden="true" />
      <span className="visually-hidden">{words.search.remove(name)}</span>
    </button>
  );
}

function ResultRow(result: Result) {
  switch (result.kind) {
    case "room": {
      return (
        <>
          <RoomSign room={result.room} />
          <span className={styles.title}>
            <RoomName room={result.room} />
          </span>
          {result.room.topic && (
            <small className="cut" dir="auto">
              {result.room.topic}
            </small>
          )}
        </>
      );
    }
    case "person": {
      const online = "online" in result.user ? result.user.online : undefined;
      return (
        <>
          <Avatar user={result.user} online={online} />
          <span className={styles.title}>
            <PersonName user={result.user} />
          </span>
          {!("filter" in result) && <small>{words.people.write}</small>}
        </>
      );
    }
    case "message":
      return <FoundMessage {...result} />;
    case "day":
      return (
        <>
          <CalendarDays size={16} aria-hidden="true" />
          {result.name}
        </>
      );
  }
}

/** Who wrote it, where and when, and below that the words in their passage. */
function FoundMessage({ message, passage }: Result & { kind: "message" }) {
  const { room, author, at } = message;
  const name = useChatState((state) => nameOfRoom(state, room));
  return (
    <>
      <Avatar user={author} />
      <span className={styles.found}>
        <span className={`row ${styles.head}`}>
          <span className={styles.title}>
            <PersonName user={author} />
          </span>
          <small className="cut" dir="auto">
            {name}
          </small>
          <time dateTime={new Date(at).toISOString()}>{shortly(at)}</time>
        </span>
        <span className={styles.passage} dir="auto">
          {passage.map(({ text, isHit }, index) =>
            isHit ? <mark key={index}>{text}</mark> : text,
          )}
        </span>
      </span>
    </>
  );
}
