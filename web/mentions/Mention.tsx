import { createContext, useContext } from "react";
import type { User } from "../../protocol/model.ts";
import { PersonButton } from "../people/PersonButton.tsx";

/** Whom a message mentions, and its room. */
export const Mentioned = createContext<{ room: string; users: readonly User[] }>({
  room: "",
  users: [],
});

/** A name in a text, which opens that person's card. */
export function Mention({ text }: { text: string }) {
  const { room, users } = useContext(Mentioned);
  const user = users.find(({ name }) => text === `@${name}`);
  return (
    <mark>
      {user ? (
        <PersonButton user={user} room={room}>
          {text}
        </PersonButton>
      ) : (
        text
      )}
    </mark>
  );
}
