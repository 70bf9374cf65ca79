import type { User } from "../../protocol/model.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import styles from "./PersonCard.module.css";
import { PersonName } from "./PersonName.tsx";

/** A person, with a button for direct messages and one for the room's owner to remove them. */
export function PersonCard({ user, room }: { user: User; room: string }) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const owns = useChatState((state) => ownsRoom(state, room));
  const { run, problem } = useAction();
  const act = (action: () => Promise<void>) =>
    run(async () => {
      await action();
      chat.closeDialog();
    });

  return (
    <DialogFrame title={words.people.person}>
      <div className={form.form}>
        <p className={styles.who}>
          <Avatar user={user} />
          <PersonName user={user} />
        </p>
        {user.id !== me && (
          <p className={styles.actions}>
            <button type="submit" onClick={() => act(() => chat.direct(user.id))}>
              {words.people.write}
            </button>
            {owns && (
              <button
                type="button"
                className={form.danger}
                onClick={() => act(() => chat.removePerson(room, user.id))}
              >
                {words.people.removeFromRoom}
              </button>
            )}
          </p>
        )}
        <p className={form.problem} role="alert">
          {problem}
        </p>
      </div>
    </DialogFrame>
  );
}
