import { useState } from "react";
import { useChat } from "../context.ts";
import form from "../dialogs/form.module.css";
import { RoomForm } from "./RoomForm.tsx";

/** Makes a room of one's own and goes there. */
export function CreateRoom() {
  const chat = useChat();
  const [kind, setKind] = useState<"public" | "private">("public");
  const save = ({ name, topic }: { name: string; topic: string }) =>
    chat.createRoom({ name, kind, ...(topic && { topic }) });
  return (
    <RoomForm title="New room" action="Make the room" save={save}>
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
    </RoomForm>
  );
}
