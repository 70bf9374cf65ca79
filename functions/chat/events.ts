import type { ClientEventName } from "../../protocol/events.ts";
import { chatMessage } from "./chat-message.ts";
import { deleteMessage } from "./delete.ts";
import { edit } from "./edit.ts";
import type { Handler } from "./handler.ts";
import { heads } from "./heads.ts";
import { history } from "./history.ts";
import { joinRoom } from "./joinRoom.ts";
import { leaveRoom } from "./leaveRoom.ts";
import { message } from "./message.ts";
import { react } from "./react.ts";
import { read } from "./read.ts";
import { rooms } from "./rooms.ts";
import { search } from "./search.ts";

/** The table of events: what a client may send, by name. */
export const events: { [E in ClientEventName]?: Handler<E> } = {
  "chat message": chatMessage,
  delete: deleteMessage,
  edit,
  heads,
  history,
  joinRoom,
  leaveRoom,
  message,
  react,
  read,
  rooms,
  search,
};
