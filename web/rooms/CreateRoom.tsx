import { type FormEvent, useRef, useState } from "react";
import { MAX_NAME_LENGTH, MAX_TOPIC_LENGTH } from "../../protocol/limits.ts";
import { useChat } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";

/** Makes a room of one's own and goes there. */
export function CreateRoom() {
  const chat = useChat();
  const { run, pending, problem } = useAction();
  const name = useRef<HTMLInputElement>(null);
  const topic = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<"public" | "private">("public");

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    run(async () => {
      const about = topic.current?.value.trim();
      await chat.createRoom({
        name: name.current?.value ?? "",
        kind,
        ...(about && { topic: about }),
      });
      chat.closeDialog();
    });
  }

  return (
    <DialogFrame title="New room">
      <form className={form.form} onSubmit={submit}>
        <p className={form.field}>
          <label htmlFor="new-room-name">Name</label>
          <input
            ref={name}
            id="new-room-name"
            type="text"
            required
            maxLength={MAX_NAME_LENGTH}
            autoComplete="off"
            aria-describedby="new-room-problem"
          />
        </p>
        <p className={form.field}>
          <label htmlFor="new-room-topic">Topic, if it has one</label>
          <input
            ref={topic}
            id="new-room-topic"
            type="text"
            maxLength={MAX_TOPIC_LENGTH}
            autoComplete="off"
          />
        </p>
        <fieldset className={form.choice}>
          <legend className="visually-hidden">Who can join</legend>
          <label>
            <input
              type="radio"
              name="kind"
              checked={kind === "public"}
              onChange={() => setKind("public")}
            />
            <span>Public</span>
            <small>Everyone can find and join it.</small>
          </label>
          <label>
            <input
              type="radio"
              name="kind"
              checked={kind === "private"}
              onChange={() => setKind("private")}
            />
            <span>Private</span>
            <small>Only those whom somebody in it invites.</small>
          </label>
        </fieldset>
        <p id="new-room-problem" className={form.problem} role="alert">
          {problem}
        </p>
        <p className={form.buttons}>
          <button type="button" onClick={chat.closeDialog}>
            Cancel
          </button>
          <button type="submit" aria-disabled={pending}>
            {pending ? "Making it…" : "Make the room"}
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}
