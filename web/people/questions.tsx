import type { User } from "../../protocol/model.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { Question } from "../dialogs/Question.tsx";
import { words } from "../words.ts";

/** Asks before a guest signs out, who cannot come back. */
export function SignOut() {
  const chat = useChat();
  const name = useChatState((state) => state.user?.name ?? "");
  const { signOut, signOutEverywhere, signOutAsks, signOutMeans } = words.account;
  return (
    <Question
      title={signOutAsks}
      actions={[
        { label: signOutEverywhere, act: () => chat.signOut(true) },
        { label: signOut, act: () => chat.signOut(false) },
      ]}
    >
      <p>{signOutMeans(name)}</p>
    </Question>
  );
}

/** Asks before a room's owner removes somebody from it. */
export function RemovePerson({ user, room }: { user: User; room: string }) {
  const chat = useChat();
  const name = useChatState((state) => nameOfRoom(state, room));
  const isPublic = useChatState((state) => state.rooms[room]?.kind === "public");
  const { remove, removeAsks, removeMeans } = words.people;
  const act = async () => {
    await chat.removePerson(room, user.id);
    chat.closeDialog();
  };
  return (
    <Question title={removeAsks(user.name)} actions={[{ label: remove, act }]}>
      <p>{removeMeans(user.name, name, isPublic)}</p>
    </Question>
  );
}
