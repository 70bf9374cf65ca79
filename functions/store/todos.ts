import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ROOMS, UserPart } from "./items.ts";
import { kind } from "./table.ts";

/**
 * Notes of what a job must finish: changes that take more writes than one frame may cost, and those
 * that would leave something behind if they crashed.
 */

const TODO = "!todo";

const TodoItem = v.pipe(
  v.object({
    entry: v.string(),
    kind: v.picklist(["rename", "removal"]),
    user: UserPart,
    /** Of a removal: the room that the person was a member of, and the number of that end. */
    from: v.optional(v.string(), ""),
    n: v.optional(v.number(), 0),
    /** When it was noted, in ms since the epoch. */
    at: v.number(),
  }),
  v.transform(({ entry, ...todo }) => ({ id: entry, ...todo })),
);
export type Todo = v.InferOutput<typeof TodoItem>;

const todos = kind(ROOMS, TodoItem, (id: string) => ({ room: TODO, entry: id }));

export const getTodo = todos.get;
export const deleteTodo = todos.delete;

/** @returns the note's id */
export async function putTodo(todo: Pick<Todo, "kind" | "user"> & Partial<Todo>): Promise<string> {
  const id = randomUUID();
  await todos.put([id], { ...todo, at: Date.now() });
  return id;
}

/** All notes, in no order. */
export function queryTodos(): Promise<Todo[]> {
  return todos.query({ where: "room = :room", values: { room: TODO } });
}
