import type { ClientEventName } from "../../protocol/events.ts";
import type { Handler } from "./handler.ts";
import { heads } from "./heads.ts";
import { history } from "./history.ts";
import { joinRoom } from "./joinRoom.ts";
import { leaveRoom } from "./leaveRoom.ts";
import { message } from "./message.ts";
import { rooms } from "./rooms.ts";

/** The table of events: what a client may send, by name. */
export const events: { [E in ClientEventName]?: Handler<E> } = {
  heads,
  history,
  joinRoom,
  leaveRoom,
  message,
  rooms,
};
