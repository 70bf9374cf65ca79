import type { ClientEventName } from "../../protocol/events.ts";
import { chatMessage } from "./chat-message.ts";
import { createRoom } from "./createRoom.ts";
import { deleteMessage } from "./delete.ts";
import { direct } from "./direct.ts";
import { edit } from "./edit.ts";
import type { Handler } from "./handler.ts";
import { heads } from "./heads.ts";
import { history } from "./history.ts";
import { invite } from "./invite.ts";
import { joinRoom } from "./joinRoom.ts";
import { leaveRoom } from "./leaveRoom.ts";
import { message } from "./message.ts";
import { people } from "./people.ts";
import { react } from "./react.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { rename } from "./rename.ts";
import { rooms } from "./rooms.ts";
import { search } from "./search.ts";
import { setRoom } from "./setRoom.ts";
import { signOut } from "./signOut.ts";
import { typing } from "./typing.ts";

/** The table of events: what a client may send, by name. */
export const events: { [E in ClientEventName]: Handler<E> } = {
  "chat message": chatMessage,
  createRoom,
  delete: deleteMessage,
  direct,
  edit,
  heads,
  history,
  invite,
  joinRoom,
  leaveRoom,
  message,
  people,
  react,
  read,
  remove,
  rename,
  rooms,
  search,
  setRoom,
  signOut,
  typing,
};
