import { type ReactNode, useState } from "react";
import { MAX_NAME_LENGTH, MAX_TOPIC_LENGTH } from "../../protocol/limits.ts";
import type { RoomFacts } from "../../protocol/model.ts";
import { rankOf } from "../chat/people/names.ts";
import { hashOf } from "../chat/rooms/address.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { CopyLink } from "../dialogs/CopyLink.tsx";
import { Field, FormDialog } from "../dialogs/Form.tsx";
import form from "../dialogs/form.module.css";
import { useAction } from "../dialogs/useAction.ts";
import { words } from "../words.ts";

interface Props {
  title: string;
  /** The room's present name and topic. */
  known?: Pick<RoomFacts, "name" | "topic"> | undefined;
  /** The button's label. */
  action: string;
  save: (room: { name: string; topic: string }, field: (name: string) => string) => Promise<void>;
  /** More fields. */
  children?: ReactNode;
}

/** Asks for a room's name and topic. */
function RoomForm({ known, save, children, ...dialog }: Props) {
  const [typed, setTyped] = useState(known?.name ?? "");
  const taken = useChatState(({ rooms }) =>
    Object.values(rooms).find(
      (room) =>
        room.kind !== "direct" &&
        room.name !== known?.name &&
        rankOf(room.name, typed.trim()) === 0,
    ),
  );
  return (
    <FormDialog
      {...dialog}
      save={(field) => save({ name: field("name"), topic: field("topic").trim() }, field)}
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
      {children}
    </FormDialog>
  );
}

/** Creates a room and opens it. */
export function CreateRoom() {
  const chat = useChat();
  return (
    <RoomForm
      title={words.rooms.newRoom}
      action={words.rooms.create}
      save={({ name, topic }, field) =>
        chat.createRoom({
          name,
          kind: field("private") ? "private" : "public",
          ...(topic && { topic }),
        })
      }
    >
      <div>
        <label className="row">
          <input type="checkbox" name="private" aria-describedby="private-means" />
          {words.rooms.private}
        </label>
        <p id="private-means" className="hint">
          {words.rooms.privateMeans}
        </p>
      </div>
    </RoomForm>
  );
}

/** The owner changes a room's name and topic. */
export function RoomSettings({ room }: { room: string }) {
  const chat = useChat();
  const known = useChatState((state) => state.rooms[room]);
  const save = (facts: { name: string; topic: string }) => chat.setRoom({ room, ...facts });
  return (
    <RoomForm title={words.rooms.settings} known={known} action={words.page.save} save={save}>
      <Invitation room={room} />
    </RoomForm>
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
