import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ROOMS, UserPart } from "./items.ts";
import { kind } from "./table.ts";

/**
 * Notes of what a job must finish: changes that take more writes than one frame may cost, and those
 * that would leave something behind if they crashed.
 */

const TODO = "!todo";

const base = {
  entry: v.string(),
  /** When it was noted, in ms since the epoch. */
  at: v.number(),
};
const TodoItem = v.pipe(
  v.variant("kind", [
    v.object({ ...base, kind: v.literal("rename"), user: v.string() }),
    /** A person whose lifetime has changed, and with it that of what belongs to the person. */
    v.object({ ...base, kind: v.literal("lifetime"), user: v.string() }),
    /** The room that a person was a member of, and the number of that end. */
    v.object({
      ...base,
      kind: v.literal("removal"),
      user: UserPart,
      from: v.string(),
      n: v.number(),
    }),
    /** Rooms that were throttled at a connection's CONNECT. */
    v.object({
      ...base,
      kind: v.literal("subscribe"),
      connection: v.string(),
      rooms: v.array(v.string()),
    }),
    /** A changed room that has more connections than one frame posts to. */
    v.object({ ...base, kind: v.literal("change"), of: v.string() }),
    /** The files of a message that is about to be deleted. */
    v.object({
      ...base,
      kind: v.literal("files"),
      of: v.string(),
      seq: v.number(),
      stored: v.array(v.object({ key: v.string(), version: v.string() })),
    }),
  ]),
  v.transform(({ entry, ...todo }) => ({ id: entry, ...todo })),
);
export type Todo = v.InferOutput<typeof TodoItem>;
type NewTodo = Todo extends infer T ? (T extends Todo ? Omit<T, "id" | "at"> : never) : never;

const todos = kind(ROOMS, TodoItem, (id: string) => ({ room: TODO, entry: id }));

export const getTodo = todos.get;
export const deleteTodo = todos.delete;

export async function putTodo(todo: NewTodo): Promise<string> {
  const id = randomUUID();
  await todos.put([id], { ...todo, at: Date.now() });
  return id;
}

/** All notes, in no order. */
export function queryTodos(): Promise<Todo[]> {
  return todos.query({ where: "room = :room", values: { room: TODO } });
}
