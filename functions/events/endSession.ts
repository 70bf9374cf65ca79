import { requireConnection } from "../chat/access.ts";
import { endSessions } from "../chat/end-connection.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Signs the person out on a device. What is ended already has ended. */
export const endSession: ChatEvent<"endSession"> = async ({ connectionId, acked }, { session }) => {
  const { user } = await requireConnection(connectionId);
  await endSessions(user.id, [session], () => false, acked);
  return {};
};
