import { useState } from "react";
import { useChat } from "../context.ts";
import form from "../dialogs/form.module.css";
import { RoomForm } from "./RoomForm.tsx";

/** Creates a room and opens it. */
export function CreateRoom() {
  const chat = useChat();
  const [kind, setKind] = useState<"public" | "private">("public");
  const save = ({ name, topic }: { name: string; topic: string }) =>
    chat.createRoom({ name, kind, ...(topic && { topic }) });
  return (
    <RoomForm title="New room" action="Create the room" save={save}>
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
          <small>Only people whom a member invites can join it.</small>
        </label>
      </fieldset>
    </RoomForm>
  );
}
