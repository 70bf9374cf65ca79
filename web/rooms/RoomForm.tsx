import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { MAX_NAME_LENGTH, MAX_TOPIC_LENGTH } from "../../protocol/limits.ts";
import type { RoomFacts } from "../../protocol/model.ts";
import { rankOf } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { Invitation } from "./Invitation.tsx";

interface Props {
  title: string;
  /** The room's present name and topic. */
  known?: Pick<RoomFacts, "name" | "topic"> | undefined;
  /** The button's label. */
  action: string;
  save: (room: { name: string; topic: string }) => Promise<void>;
  /** More fields. */
  children?: ReactNode;
}

/** Asks for a room's name and topic. */
export function RoomForm({ title, known, action, save, children }: Props) {
  const chat = useChat();
  const { run, pending, problem } = useAction();
  const name = useRef<HTMLInputElement>(null);
  const topic = useRef<HTMLInputElement>(null);
  const id = useId();
  const [typed, setTyped] = useState(known?.name ?? "");
  const taken = useChatState(({ rooms }) =>
    Object.values(rooms).find(
      (room) =>
        room.kind !== "direct" &&
        room.name !== known?.name &&
        rankOf(room.name, typed.trim()) === 0,
    ),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    run(async () => {
      await save({ name: name.current?.value ?? "", topic: topic.current?.value.trim() ?? "" });
      chat.closeDialog();
    });
  }

  return (
    <DialogFrame title={title}>
      <form className={form.form} onSubmit={submit}>
        <p className={form.field}>
          <label htmlFor={`${id}-name`}>{words.rooms.name}</label>
          <input
            ref={name}
            id={`${id}-name`}
            type="text"
            required
            maxLength={2 * MAX_NAME_LENGTH}
            autoComplete="off"
            defaultValue={known?.name}
            aria-describedby={`${id}-taken ${id}-problem`}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <small id={`${id}-taken`} role="status">
            {taken && words.rooms.taken(taken.name)}
          </small>
        </p>
        <p className={form.field}>
          <label htmlFor={`${id}-topic`}>{words.rooms.topic}</label>
          <input
            ref={topic}
            id={`${id}-topic`}
            type="text"
            maxLength={2 * MAX_TOPIC_LENGTH}
            autoComplete="off"
            defaultValue={known?.topic}
          />
        </p>
        {children}
        <p id={`${id}-problem`} className={form.problem} role="alert">
          {problem}
        </p>
        <p className={form.buttons}>
          <button type="button" onClick={chat.closeDialog}>
            {words.page.cancel}
          </button>
          <button type="submit" aria-disabled={pending}>
            {action}
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}

/** The owner changes a room's name and topic. */
export function RoomSettings({ room }: { room: string }) {
  const chat = useChat();
  const known = useChatState((state) => state.rooms[room]);
  const save = (facts: { name: string; topic: string }) => chat.setRoom({ room, ...facts });
  return (
    <RoomForm title={words.rooms.settings} known={known} action={words.page.save} save={save}>
      {known?.kind === "private" && <Invitation room={room} />}
    </RoomForm>
  );
}
