import { type FormEvent, useRef } from "react";
import { MAX_NAME_LENGTH, MAX_TOPIC_LENGTH } from "../../protocol/limits.ts";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";

/** What a room's owner decides: its name and what it is about. */
export function RoomSettings({ room }: { room: string }) {
  const chat = useChat();
  const known = useChatState((state) => state.rooms[room]);
  const { run, pending, problem } = useAction();
  const name = useRef<HTMLInputElement>(null);
  const topic = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    run(async () => {
      await chat.setRoom({ room, name: name.current?.value, topic: topic.current?.value });
      chat.closeDialog();
    });
  }

  return (
    <DialogFrame title="Room settings">
      <form className={form.form} onSubmit={submit}>
        <p className={form.field}>
          <label htmlFor="room-settings-name">Name</label>
          <input
            ref={name}
            id="room-settings-name"
            type="text"
            required
            maxLength={MAX_NAME_LENGTH}
            autoComplete="off"
            defaultValue={known?.name}
          />
        </p>
        <p className={form.field}>
          <label htmlFor="room-settings-topic">Topic</label>
          <input
            ref={topic}
            id="room-settings-topic"
            type="text"
            maxLength={MAX_TOPIC_LENGTH}
            autoComplete="off"
            defaultValue={known?.topic}
          />
        </p>
        <p className={form.problem} role="alert">
          {problem}
        </p>
        <p className={form.buttons}>
          <button type="button" onClick={chat.closeDialog}>
            Cancel
          </button>
          <button type="submit" aria-disabled={pending}>
            Save
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}
