import { useState } from "react";
import type { Person } from "../../protocol/model.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { Question } from "../dialogs/Question.tsx";
import { PeoplePicker } from "../people/PeoplePicker.tsx";
import { usePeople } from "../people/usePeople.ts";
import { words } from "../words.ts";

/** Asks before one leaves a room to which one cannot simply come back, or which one owns. */
export function LeaveRoom({ room }: { room: string }) {
  const chat = useChat();
  const name = useChatState((state) => nameOfRoom(state, room));
  const isPublic = useChatState((state) => state.rooms[room]?.kind === "public");
  const owns = useChatState((state) => ownsRoom(state, room));
  const me = useChatState((state) => state.user?.id);
  const [query, setQuery] = useState("");
  const [heir, setHeir] = useState<Person>();
  const { people, ...found } = usePeople(query, room);
  const others = people.filter(({ id }) => id !== me);
  const alone = query === "" && people.length > 0 && others.length === 0;

  async function leave() {
    chat.closeDialog();
    chat.leaveRoom(room, heir?.id);
  }

  return (
    <Question
      title={words.leaving.asks(name)}
      actions={[{ label: words.leaving.leave, act: leave }]}
    >
      <p>{words.leaving.means(isPublic, alone)}</p>
      {owns && !alone && heir === undefined && (
        <PeoplePicker
          {...{ ...found, query, setQuery }}
          label={words.leaving.heir}
          people={others}
          pick={setHeir}
        />
      )}
      <p role="status">
        {owns && !alone && heir === undefined && words.leaving.heirMeans}
        {heir && words.leaving.passesTo(<bdi>{heir.name}</bdi>)}
        {heir && (
          <button type="button" className="quiet small" onClick={() => setHeir(undefined)}>
            {words.leaving.change}
          </button>
        )}
      </p>
    </Question>
  );
}
