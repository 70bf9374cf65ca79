import { useMemo, useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { Invitation } from "../rooms/RoomForm.tsx";
import { words } from "../words.ts";
import { PeoplePicker, presenceOf } from "./PeoplePicker.tsx";
import { usePeople } from "./usePeople.ts";

/** The members of a room; below those whose name is sought, others who can be invited. */
export function Members({ room }: { room: string }) {
  const chat = useChat();
  const direct = useChatState((state) => state.rooms[room]?.kind === "direct");
  const [query, setQuery] = useState("");
  const [invited, setInvited] = useState<readonly string[]>([]);
  const members = usePeople(query, room);
  const all = usePeople(query);
  const { run, problem } = useAction();
  const here = useMemo(() => new Set(members.people.map(({ id }) => id)), [members.people]);
  // Before the members are known, nobody can be offered who may be one.
  const asks = !direct && query !== "" && members.isCurrent;
  const others = asks ? all.people.filter(({ id }) => !here.has(id)) : [];

  function note(person: Person): string {
    const { id, role } = person;
    if (!here.has(id)) return invited.includes(id) ? words.people.invited : words.people.invite;
    return role === "owner" ? words.people.owner : presenceOf(person);
  }

  function pick(person: Person) {
    const { id, name } = person;
    if (here.has(id)) return chat.showDialog({ kind: "person", user: { id, name }, room });
    run(async () => {
      await chat.request("invite", { room, user: id });
      setInvited((before) => [...before, id]);
    });
  }

  return (
    <DialogFrame title={words.people.inRoom}>
      <PeoplePicker
        {...{ query, setQuery, note, pick }}
        label={direct ? words.people.find : words.people.findOrInvite}
        people={[...members.people, ...others]}
        loadMore={members.loadMore}
        problem={problem || members.problem}
      />
      <Invitation room={room} />
    </DialogFrame>
  );
}
