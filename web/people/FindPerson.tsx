import { useState } from "react";
import { useChat, useChatState } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";
import { PeoplePicker } from "./PeoplePicker.tsx";
import { usePeople } from "./usePeople.ts";

/** Finds somebody by name to write to. */
export function FindPerson() {
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState("");
  const found = usePeople(query);
  const { run, problem } = useAction();
  return (
    <DialogFrame title={words.rooms.newDirect}>
      <PeoplePicker
        {...{ ...found, query, setQuery }}
        label={words.people.find}
        people={found.people.filter(({ id }) => id !== me)}
        problem={problem || found.problem}
        note={({ online }) => (online ? words.people.isOnline : words.people.isOffline)}
        pick={({ id }) =>
          run(async () => {
            await chat.direct(id);
            chat.closeDialog();
          })
        }
      />
    </DialogFrame>
  );
}
