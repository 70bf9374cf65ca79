import { useState } from "react";
import type { Person, User } from "../../protocol/model.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { useConfig } from "../join/config.ts";
import { load } from "../load.ts";
import { PeoplePicker } from "../people/PeoplePicker.tsx";
import { usePeople } from "../people/usePeople.ts";
import { words } from "../words.ts";
import { FormDialog } from "./Form.tsx";

/** Asks before somebody signs out, in this browser or in every one: a guest cannot come back. */
export function SignOut({ everywhere = false }: { everywhere?: boolean }) {
  const chat = useChat();
  const name = useChatState((state) => state.user?.name ?? "");
  const account = useChatState((state) => state.account);
  const { signIn } = useConfig();
  const { signOut, signOutEverywhere, signOutAsks, signOutMeans } = words.account;
  const act = async () => {
    await chat.signOut(everywhere);
    if (signIn) await (await load(() => import("../join/sign-in.ts"))).leaveProvider(signIn);
  };
  return (
    <FormDialog
      danger
      title={signOutAsks}
      action={everywhere ? signOutEverywhere : signOut}
      save={act}
    >
      <p>{account ? words.account.canComeBack : signOutMeans(name)}</p>
    </FormDialog>
  );
}

/** Asks before a room's owner removes somebody from it. */
export function RemovePerson({ user, room }: { user: User; room: string }) {
  const chat = useChat();
  const name = useChatState((state) => nameOfRoom(state, room));
  const isPublic = useChatState((state) => state.rooms[room]?.kind === "public");
  const hasLink = useChatState((state) => state.rooms[room]?.invite !== undefined);
  const { remove, removeAsks, removeMeans, endInvitation } = words.people;
  const save = async (field: (name: string) => string) => {
    if (field("end")) await chat.setRoom({ room, invite: false });
    await chat.request("remove", { room, user: user.id });
  };
  return (
    <FormDialog danger title={removeAsks(user.name)} action={remove} save={save}>
      <p>{removeMeans(user.name, name, isPublic, hasLink)}</p>
      {hasLink && (
        <label className="row">
          <input type="checkbox" name="end" defaultChecked />
          {endInvitation}
        </label>
      )}
    </FormDialog>
  );
}

/** Asks before one leaves a room to which one cannot simply come back, or which one owns. */
export function LeaveRoom({ room }: { room: string }) {
  const chat = useChat();
  const name = useChatState((state) => nameOfRoom(state, room));
  const isPublic = useChatState((state) => state.rooms[room]?.kind === "public");
  const owns = useChatState((state) => ownsRoom(state, room));
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState("");
  const [heir, setHeir] = useState<Person>();
  const { people, ...found } = usePeople(query, room);
  const others = people.filter(({ id }) => id !== me);
  const alone = query === "" && people.length > 0 && others.length === 0;

  return (
    <FormDialog
      danger
      title={words.leaving.asks(name)}
      action={words.leaving.leave}
      save={async () => chat.leaveRoom(room, heir?.id)}
    >
      <p>{words.leaving.means(isPublic, alone)}</p>
      {owns && !alone && heir === undefined && (
        <PeoplePicker
          {...{ ...found, query, setQuery }}
          label={words.leaving.heir}
          people={others}
          pick={setHeir}
        />
      )}
      <p role="status">
        {owns && !alone && heir === undefined && words.leaving.heirMeans}
        {heir && words.leaving.passesTo(<bdi>{heir.name}</bdi>)}
        {heir && (
          <button type="button" className="quiet small" onClick={() => setHeir(undefined)}>
            {words.leaving.change}
          </button>
        )}
      </p>
    </FormDialog>
  );
}
