import { AtSign, MessageSquare, UserX } from "lucide-react";
import type { User } from "../../protocol/model.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import type { Place } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { typeIntoComposer } from "../focus.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./Names.tsx";
import styles from "./PersonCard.module.css";

interface Props {
  user: User;
  /** Where they were met. */
  room: string;
  beside?: Place | undefined;
}

/** A person, and what one can do: write to them, mention them, remove them from a room of one's own. */
export function PersonCard({ user, room, beside }: Props) {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id === user.id);
  const online = useChatState((state) => state.present.has(user.id));
  const member = useChatState((state) => state.mine.has(room));
  const owns = useChatState((state) => ownsRoom(state, room));
  const { run, problem } = useAction();

  async function write() {
    await chat.direct(user.id);
    chat.closeDialog();
  }

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
      <div className={`stack ${styles.card}`}>
        {me ? (
          <>
            <p>{words.people.thisIsYou}</p>
            <button type="button" onClick={() => chat.showDialog({ kind: "account" })}>
              {words.people.account}
            </button>
          </>
        ) : (
          <>
            <button type="submit" onClick={() => run(write)}>
              <MessageSquare size={18} aria-hidden="true" />
              {words.people.write}
            </button>
            {member && (
              <button type="button" onClick={mention}>
                <AtSign size={18} aria-hidden="true" />
                {words.people.mention}
              </button>
            )}
            {owns && (
              <button
                type="button"
                className="danger"
                onClick={() => chat.showDialog({ kind: "remove", user, room })}
              >
                <UserX size={18} aria-hidden="true" />
                {words.people.removeFromRoom}
              </button>
            )}
          </>
        )}
        <p role="alert">{problem}</p>
      </div>
    </DialogFrame>
  );
}
