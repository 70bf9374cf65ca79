import { type ReactNode, useState } from "react";
import type { Person, User } from "../../protocol/model.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { useConfig } from "../join/config.ts";
import { load } from "../load.ts";
import { PeoplePicker } from "../people/PeoplePicker.tsx";
import { usePeople } from "../people/usePeople.ts";
import { words } from "../words.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import { Cancel } from "./Form.tsx";
import form from "./form.module.css";
import { useAction } from "./useAction.ts";

interface Props {
  title: string;
  /** What can be done, the most usual last. */
  actions: readonly { label: string; act: () => Promise<unknown> }[];
  /** What is lost by it. */
  children: ReactNode;
}

/** Asks before something is done that is hard to take back. */
function Question({ title, actions, children }: Props) {
  const { run, pending, problem } = useAction();
  return (
    <DialogFrame title={title}>
      <div className={`stack ${form.form}`}>
        {children}
        <p role="alert">{problem}</p>
        <p className={`row wraps ${form.buttons}`}>
          <Cancel />
          {actions.map(({ label, act }) => (
            <button
              key={label}
              type="button"
              className="danger"
              aria-disabled={pending}
              onClick={() => run(act)}
            >
              {label}
            </button>
          ))}
        </p>
      </div>
    </DialogFrame>
  );
}

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
    <Question
      title={signOutAsks}
      actions={[{ label: everywhere ? signOutEverywhere : signOut, act }]}
    >
      <p>{account ? words.account.canComeBack : signOutMeans(name)}</p>
    </Question>
  );
}

/** Asks before a room's owner removes somebody from it. */
export function RemovePerson({ user, room }: { user: User; room: string }) {
  const chat = useChat();
  const name = useChatState((state) => nameOfRoom(state, room));
  const isPublic = useChatState((state) => state.rooms[room]?.kind === "public");
  const hasLink = useChatState((state) => state.rooms[room]?.invite !== undefined);
  const { remove, removeAndEnd, removeAsks, removeMeans } = words.people;
  const act = async () => {
    await chat.request("remove", { room, user: user.id });
    chat.closeDialog();
  };
  const end = async () => {
    await chat.setRoom({ room, invite: false });
    await act();
  };
  const actions = [{ label: remove, act }];
  if (hasLink) actions.push({ label: removeAndEnd, act: end });
  return (
    <Question title={removeAsks(user.name)} actions={actions}>
      <p>{removeMeans(user.name, name, isPublic, hasLink)}</p>
    </Question>
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

  async function leave() {
    chat.closeDialog();
    chat.leaveRoom(room, heir?.id);
  }

  return (
    <Question
      title={words.leaving.asks(name)}
      actions={[{ label: words.leaving.leave, act: leave }]}
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
    </Question>
  );
}
