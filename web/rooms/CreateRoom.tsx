import { useState } from "react";
import { useChat } from "../context.ts";
import form from "../dialogs/form.module.css";
import { words } from "../words.ts";
import { RoomForm } from "./RoomForm.tsx";

/** Creates a room and opens it. */
export function CreateRoom() {
  const chat = useChat();
  const [kind, setKind] = useState<"public" | "private">("public");
  const save = ({ name, topic }: { name: string; topic: string }) =>
    chat.createRoom({ name, kind, ...(topic && { topic }) });
  return (
    <RoomForm title={words.rooms.newRoom} action={words.rooms.create} save={save}>
      <fieldset className={form.choice}>
        <legend className="visually-hidden">{words.rooms.whoCanJoin}</legend>
        {(["public", "private"] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            <span>{words.rooms[one]}</span>
            <small>{words.rooms[`${one}Means`]}</small>
          </label>
        ))}
      </fieldset>
    </RoomForm>
  );
}
