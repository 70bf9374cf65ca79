import { startJob } from "../aws/invocations.ts";
import { requireConnection } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { copyNameTo } from "../chat/copies.ts";
import { endConnections } from "../chat/end-connection.ts";
import { tellPresence } from "../chat/telling/presence.ts";
import { putTodo } from "../store/todos.ts";
import { setName } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/**
 * Another name for the person; what was written before keeps the old one. What follows on this
 * connection has the new one. The other copies of the name, and those who watch the person's rooms, are
 * a job.
 */
export const rename: ChatEvent<"rename"> = async ({ connectionId, acked }, { name }) => {
  const { user: known } = await requireConnection(connectionId);
  const user = { id: known.id, name };
  await charge(user, "rename");
  const todo = await putTodo({ kind: "rename", user: user.id });
  const person = await setName(user);
  await copyNameTo(connectionId, user);
  if (person) {
    const others = person.tabs.filter((tab) => tab.connectionId !== acked);
    await endConnections(await tellPresence(person, [], others));
  }
  await startJob(todo);
  return { user };
};
