import { useState } from "react";
import { MAX_NAME_LENGTH, MAX_TOPIC_LENGTH } from "../../protocol/limits.ts";
import { rankOf } from "../chat/people/names.ts";
import { hashOf } from "../chat/rooms/address.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { CopyLink } from "../dialogs/CopyLink.tsx";
import { Field, FormDialog } from "../dialogs/Form.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";

/** Asks for the name and the topic of a new room, or of one whose owner changes them. */
export function RoomForm({ room }: { room?: string }) {
  const chat = useChat();
  const known = useChatState(({ rooms }) => (room === undefined ? undefined : rooms[room]));
  const [typed, setTyped] = useState(known?.name ?? "");
  const taken = useChatState(({ rooms }) =>
    Object.values(rooms).find(
      ({ id, kind, name }) => kind !== "direct" && id !== room && rankOf(name, typed.trim()) === 0,
    ),
  );
  async function save(field: (name: string) => string) {
    const [name, topic] = [field("name"), field("topic").trim()];
    if (room !== undefined) return chat.setRoom({ room, name, topic });
    const kind = field("private") ? "private" : "public";
    await chat.createRoom({ name, kind, ...(topic && { topic }) });
  }
  return (
    <FormDialog
      title={room === undefined ? words.rooms.newRoom : words.rooms.settings}
      action={room === undefined ? words.rooms.create : words.page.save}
      save={save}
    >
      <Field
        label={words.rooms.name}
        name="name"
        required
        limit={MAX_NAME_LENGTH}
        defaultValue={known?.name}
        hint={taken ? words.rooms.taken(taken.name) : ""}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <Field
        label={words.rooms.topic}
        name="topic"
        limit={MAX_TOPIC_LENGTH}
        defaultValue={known?.topic}
      />
      {room !== undefined ? (
        <Invitation room={room} />
      ) : (
        <div>
          <label className="row">
            <input type="checkbox" name="private" aria-describedby="private-means" />
            {words.rooms.private}
          </label>
          <p id="private-means" className="hint">
            {words.rooms.privateMeans}
          </p>
        </div>
      )}
    </FormDialog>
  );
}

/** A private room's invitation, which its owner makes and ends. */
export function Invitation({ room }: { room: string }) {
  const chat = useChat();
  const invite = useChatState((state) => state.rooms[room]?.invite);
  const isOffered = useChatState(
    (state) => state.rooms[room]?.kind === "private" && ownsRoom(state, room),
  );
  const { run, pending, problem } = useAction();
  const { label, means, make, end } = words.invitation;
  if (!isOffered) return null;
  return (
    <div className={`stack ${form.field}`}>
      {invite && <CopyLink label={label} link={`${location.origin}/${hashOf({ room, invite })}`} />}
      <p className="hint">{problem || means}</p>
      <button
        type="button"
        className="small"
        aria-disabled={pending}
        onClick={() => run(() => chat.setRoom({ room, invite: !invite }))}
      >
        {invite ? end : make}
      </button>
    </div>
  );
}
