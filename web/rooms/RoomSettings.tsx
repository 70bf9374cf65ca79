import { useChat, useChatState } from "../context.ts";
import { RoomForm } from "./RoomForm.tsx";

/** What a room's owner decides: its name and what it is about. */
export function RoomSettings({ room }: { room: string }) {
  const chat = useChat();
  const known = useChatState((state) => state.rooms[room]);
  const save = (facts: { name: string; topic: string }) => chat.setRoom({ room, ...facts });
  return <RoomForm title="Room settings" known={known} action="Save" save={save} />;
}
