import { useState } from "react";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

export function LeaveRoom({ room }: { room: string }) {
  const chat = useChat();
  const [problem, setProblem] = useState("");
  return (
    <>
      <button
        type="button"
        className="quiet small"
        onClick={() => {
          chat.leaveRoom(room).catch((error) => setProblem(sentenceOf(error)));
        }}
      >
        Leave the room
      </button>
      <p role="status">{problem}</p>
    </>
  );
}
