import { serverEvent } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import type { Live } from "../../store/live.ts";
import { isMember } from "../../store/memberships.ts";
import { settled } from "../settled.ts";
import { audience } from "./notices.ts";
import { tell } from "./tell.ts";

/** Tells a room, if it is small enough for notices, that a membership began. */
export async function tellJoined(room: string, user: User, except?: string): Promise<void> {
  await tellMembership(room, user, true, (lives) =>
    lives.filter(({ connectionId }) => connectionId !== except),
  );
}

/**
 * The same of one that ended.
 * @param own connections of the person that are to hear it too
 * @returns whether it has begun again meanwhile
 */
export async function tellLeft(room: string, user: User, own: readonly Live[]): Promise<boolean> {
  return tellMembership(room, user, false, (lives) => [...lives, ...own]);
}

async function tellMembership(
  room: string,
  user: User,
  begun: boolean,
  choose: (lives: Live[]) => Live[],
): Promise<boolean> {
  return settled(
    begun,
    async (is) => {
      const lives = choose(await audience(room));
      await tell(room, lives, serverEvent(is ? "joined" : "left", { room, user }));
    },
    () => isMember(user.id, room),
  );
}
