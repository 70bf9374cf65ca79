import { CornerUpLeft, Pencil, X } from "lucide-react";
import type { ReactNode } from "react";
import { messageAt, shownLog } from "../chat/log/room-log.ts";
import { nameOf } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { excerpt } from "../markdown/parse.ts";
import { words } from "../words.ts";
import styles from "./Composer.module.css";

/** Says that the composer replies to a message or edits one, with a button to stop. */
export function Mode({ room }: { room: string }) {
  const chat = useChat();
  const isEditing = useChatState(({ editing }) => editing?.room === room);
  const replyTo = useChatState((state) => state.drafts[room]?.replyTo);
  const answered = useChatState((state) =>
    replyTo === undefined ? undefined : messageAt(shownLog(state.views[room]), replyTo),
  );
  const author = useChatState((state) => answered && nameOf(state, answered.author));
  if (isEditing) {
    return (
      <Bar label={words.composer.cancelEditing} stop={chat.stopEditing}>
        <Pencil size={14} aria-hidden="true" />
        <span className="cut">{words.composer.editing}</span>
      </Bar>
    );
  }
  if (replyTo === undefined) return null;
  return (
    <Bar label={words.composer.cancelReply} stop={() => chat.reply(room, undefined)}>
      <CornerUpLeft size={14} aria-hidden="true" />
      <span className="cut">
        {words.composer.replyTo(<bdi>{author ?? words.timeline.aMessage}</bdi>)}
        {answered && ` ${excerpt(answered.text)}`}
      </span>
    </Bar>
  );
}

function Bar(props: { label: string; stop: () => void; children: ReactNode }) {
  return (
    <div className={`row hint ${styles.mode}`}>
      {props.children}
      <IconButton icon={X} size={16} label={props.label} act={props.stop} />
    </div>
  );
}
