import type { User } from "../../protocol/model.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { Question } from "../dialogs/Question.tsx";
import { useConfig } from "../join/config.ts";
import { words } from "../words.ts";

/** Asks before somebody signs out: a guest cannot come back. */
export function SignOut() {
  const chat = useChat();
  const name = useChatState((state) => state.user?.name ?? "");
  const account = useChatState((state) => state.account);
  const { signIn } = useConfig();
  const { signOut, signOutEverywhere, signOutAsks, signOutMeans } = words.account;
  const leave = async (everywhere: boolean) => {
    await chat.signOut(everywhere);
    if (signIn) await (await import("../join/sign-in.ts")).leaveProvider(signIn);
  };
  return (
    <Question
      title={signOutAsks}
      actions={[
        { label: signOutEverywhere, act: () => leave(true) },
        { label: signOut, act: () => leave(false) },
      ]}
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
