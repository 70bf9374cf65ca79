import { type FormEvent, useState } from "react";
import { roomIdOf } from "../chat/links.ts";
import { useChat } from "../context.ts";
import styles from "./Rooms.module.css";

/** Opens the room of that name, which is made if it is new. */
export function OpenRoom({ opened }: { opened: () => void }) {
  const chat = useChat();
  const [name, setName] = useState("");
  const [hint, setHint] = useState("");
  const room = roomIdOf(name);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (room === "") {
      setHint("A name needs letters from a to z, or digits.");
      return;
    }
    setName("");
    setHint("");
    chat.openRoom(room);
    opened();
  }

  return (
    <form className={styles.open} onSubmit={submit}>
      <label htmlFor="room-name">Open or make a room</label>
      <div>
        <input
          id="room-name"
          type="text"
          required
          autoComplete="off"
          autoCapitalize="none"
          value={name}
          aria-describedby="room-hint"
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit">Open</button>
      </div>
      <p id="room-hint" role="status">
        {room !== "" && room !== name ? `#${room}` : hint}
      </p>
    </form>
  );
}
