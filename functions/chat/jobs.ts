import { close } from "../aws/posts.ts";
import { log, loggable } from "../log.ts";
import { parallel } from "../parallel.ts";
import { isMember, queryMemberships } from "../store/memberships.ts";
import { deleteTodo, getTodo, queryTodos, type Todo } from "../store/todos.ts";
import { getPerson } from "../store/users.ts";
import { copyName } from "./copies.ts";
import { tellPresence } from "./people/presence.ts";
import { finishEnd } from "./rooms/join-and-leave.ts";
import { followUp } from "./telling/tell.ts";

/** The jobs that notes in `!todo` ask for. Each can be repeated, and a note stays until it is done. */

/** A younger note, in ms, is that of an invocation that may still be at work: it has 25 s. */
const MIN_AGE_MS = 30_000;

/** Finishes one job, if nobody has. */
export async function finishTodo(id: string): Promise<void> {
  const todo = await getTodo(id);
  if (todo) await finish(todo);
}

/** Finishes what was left. A job that fails is tried again by the next sweep. */
export async function finishTodos(minAgeMs = MIN_AGE_MS): Promise<void> {
  const left = (await queryTodos()).filter(({ at }) => Date.now() - at >= minAgeMs);
  await parallel(left, async (todo) => {
    try {
      await finish(todo);
    } catch (error) {
      log.error("job failed", { kind: todo.kind, error: loggable(error) });
    }
  });
}

async function finish(todo: Todo): Promise<void> {
  if (todo.kind === "rename") await spreadName(todo);
  else await finishRemoval(todo);
  await deleteTodo(todo.id);
}

/** Copies a person's present name, and tells it to those who watch the person's rooms. */
async function spreadName({ user: { id } }: Todo): Promise<void> {
  const rooms = (await queryMemberships(id)).map(({ room }) => room);
  const person = await getPerson(id);
  if (!person) return;
  await copyName(person.user, rooms);
  await followUp(await tellPresence(person, rooms));
}

/** A member whose removal crashed before the membership was deleted is a member still. */
async function finishRemoval({ user, from, n }: Todo): Promise<void> {
  if (await isMember(user.id, from)) return;
  await finishEnd(user, from, {
    n,
    // Whoever joined at this moment has lost the subscriptions: a new connection brings them back.
    again: async (_, tabs) =>
      void (await parallel(tabs, ({ connectionId }) => close(connectionId))),
  });
}
