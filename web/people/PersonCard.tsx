import { AtSign, MessageSquare, UserPen, UserX } from "lucide-react";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import type { DialogOf } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { typeIntoComposer } from "../focus.ts";
import { MenuItem } from "../IconButton.tsx";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./Names.tsx";
import styles from "./PersonCard.module.css";

/** A person, and what one can do: write to them, mention them, remove them from a room of one's own. */
export function PersonCard({ user, room, beside }: DialogOf<"person">) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id === user.id);
  const online = useChatState((state) => state.present.has(user.id));
  const member = useChatState((state) => state.mine.has(room));
  const owns = useChatState((state) => ownsRoom(state, room));
  const { run, problem } = useAction();

  function mention() {
    chat.mention(room, user);
    typeIntoComposer(`@${user.name} `);
    chat.closeDialog();
  }

  return (
    <DialogFrame
      title={
        <span className={`row ${styles.who}`}>
          <Avatar user={user} online={online || undefined} room={room} />
          <PersonName user={user} />
        </span>
      }
      beside={beside}
    >
      <div className={`menu ${styles.actions}`}>
        {me ? (
          <MenuItem
            icon={UserPen}
            label={words.people.account}
            act={() => chat.showDialog({ kind: "account" })}
          />
        ) : (
          <MenuItem
            icon={MessageSquare}
            label={words.people.write}
            act={() => run(() => chat.direct(user.id))}
          />
        )}
        {!me && member && <MenuItem icon={AtSign} label={words.people.mention} act={mention} />}
        {!me && owns && (
          <MenuItem
            icon={UserX}
            label={words.people.removeFromRoom}
            act={() => chat.showDialog({ kind: "remove", user, room })}
          />
        )}
        <p role="alert">{problem}</p>
      </div>
    </DialogFrame>
  );
}
