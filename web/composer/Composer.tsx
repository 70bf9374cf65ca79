import { CornerUpLeft, Pencil, SendHorizontal, SmilePlus, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { MAX_TEXT_LENGTH } from "../../protocol/limits.ts";
import { charactersOf } from "../../protocol/text.ts";
import { messageAt, shownLog } from "../chat/log/room-log.ts";
import { nameOf, nameOfRoom } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { Options } from "../dialogs/Options.tsx";
import { hasKeyboard, isComposing, placeOf } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { excerpt } from "../markdown/parse.ts";
import { useCompletion } from "../mentions/useCompletion.ts";
import { Avatar } from "../people/Avatar.tsx";
import { PersonName } from "../people/Names.tsx";
import { words } from "../words.ts";
import { Attach } from "./Attach.tsx";
import styles from "./Composer.module.css";

/** The count of characters shows once it comes near the limit. */
const COUNT_FROM = MAX_TEXT_LENGTH - 500;

export function Composer({ room }: { room: string }) {
  const chat = useChat();
  const editing = useChatState((state) => (state.editing?.room === room ? state.editing.seq : 0));
  const replyTo = useChatState((state) => state.drafts[room]?.replyTo);
  const text = useChatState((state) =>
    state.editing?.room === room ? state.editing.text : (state.drafts[room]?.text ?? ""),
  );
  const hasFiles = useChatState(({ drafts }) => (drafts[room]?.files?.length ?? 0) > 0);
  const isPreparing = useChatState(({ preparing }) => preparing.has(room));
  const canSend = !isPreparing && (text.trim() !== "" || (hasFiles && editing === 0));
  const name = useChatState((state) => nameOfRoom(state, room));
  const field = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(room, field, (text) => chat.setDraft(room, text));
  const { length } = charactersOf(text);
  const tooLong = length > MAX_TEXT_LENGTH;

  // In a layout effect: one frame later, the person may have typed on.
  useLayoutEffect(() => {
    // On a touch screen focus opens the keyboard, so only to edit or reply.
    if (hasKeyboard() || editing > 0 || replyTo !== undefined) {
      field.current?.focus();
      field.current?.setSelectionRange(text.length, text.length);
    }
  }, [editing, replyTo]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!tooLong) chat.submit(room);
    completion.close();
    field.current?.focus();
  }

  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (isComposing(event) || completion.keyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey && hasKeyboard()) {
      event.preventDefault();
      event.currentTarget.form?.requestSubmit();
    } else if (event.key === "ArrowUp" && !event.altKey && text === "") {
      event.preventDefault();
      chat.editLast(room);
    } else if (event.key === "Escape" && (editing > 0 || replyTo !== undefined)) {
      event.stopPropagation();
      if (editing > 0) chat.stopEditing();
      else chat.reply(room, undefined);
    }
  }

  return (
    <div className={styles.composer}>
      <TypingSlot room={room} />
      <form className={`panel ${styles.box}`} onSubmit={submit}>
        {completion.all.length > 0 && (
          <Options
            {...completion}
            label={words.composer.completions}
            options={completion.all}
            pick={completion.take}
            className={`panel scrolls ${styles.completions}`}
            show={({ user, emoji, label }) => (
              <>
                {user ? <Avatar user={user} /> : <span aria-hidden="true">{emoji}</span>}
                {user ? <PersonName user={user} /> : <span className="cut">{label}</span>}
              </>
            )}
          />
        )}
        <Mode room={room} isEditing={editing > 0} replyTo={replyTo} />
        {editing === 0 && <Attach room={room} />}
        <textarea
          ref={field}
          id="message"
          rows={1}
          value={text}
          aria-label={words.composer.messageTo(name)}
          aria-describedby="text-count"
          aria-invalid={tooLong}
          {...completion.field}
          // A phone has no space for the name, and shows it above.
          placeholder={words.composer.messageTo(hasKeyboard() ? name : "")}
          onInput={(event) => {
            chat.setDraft(room, event.currentTarget.value);
            completion.look();
          }}
          onClick={completion.look}
          onKeyDown={keyDown}
          onBlur={completion.close}
        />
        <IconButton
          icon={SmilePlus}
          size={20}
          label={words.composer.emoji}
          // Keeps the focus in the text, to which the dialog then returns it.
          onPointerDown={(event) => event.preventDefault()}
          act={(event) => chat.showDialog({ kind: "emoji", room, beside: placeOf(event) })}
        />
        <button type="submit" className="icon" aria-disabled={!canSend || tooLong}>
          <SendHorizontal size={18} aria-hidden="true" />
          <span className="visually-hidden">
            {editing > 0 ? words.page.save : words.composer.send}
          </span>
        </button>
      </form>
      <p id="text-count" role="status" className={styles.count} data-too-long={tooLong}>
        {tooLong
          ? words.composer.tooLong(length - MAX_TEXT_LENGTH)
          : length > COUNT_FROM && words.composer.left(MAX_TEXT_LENGTH - length)}
      </p>
    </div>
  );
}

/** Who is typing. The line always takes its space, so that nothing moves. */
function TypingSlot({ room }: { room: string }) {
  const typing = useChatState((state) => state.typing[room]);
  const sentence = words.composer.typing((typing ?? []).map(({ name }) => name));
  return (
    <p className={`cut ${styles.typing}`}>
      {sentence && <span className="comes">{sentence}</span>}
    </p>
  );
}

/** Says that the composer replies to a message or edits one, with a button to stop. */
function Mode(props: { room: string; isEditing: boolean; replyTo: number | undefined }) {
  const { room, isEditing, replyTo } = props;
  const chat = useChat();
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
