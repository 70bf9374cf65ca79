import { expect } from "vitest";
import * as todos from "../../functions/store/todos.ts";
import { ada, contract, newId } from "./contract.ts";

const { deleteTodo, getTodo, putTodo, queryTodos } = todos;

contract<typeof todos>({
  putTodo: {
    "notes what is to be done, and when that was noted": async () => {
      const from = newId();
      const id = await putTodo({ kind: "removal", user: ada, from, n: 7 });
      const at = expect.any(Number);
      expect(await getTodo(id)).toEqual({ id, kind: "removal", user: ada, from, n: 7, at });
    },
  },

  getTodo: {
    "gives nothing for what is not noted": async () => {
      expect(await getTodo(newId())).toBeUndefined();
    },
  },

  deleteTodo: {
    "removes one note alone": async () => {
      const [one, other] = [
        await putTodo({ kind: "rename", user: ada.id }),
        await putTodo({ kind: "rename", user: ada.id }),
      ];
      await deleteTodo(one);
      expect(await getTodo(one)).toBeUndefined();
      expect(await getTodo(other)).toBeDefined();
    },
  },

  queryTodos: {
    "gives all notes": async () => {
      const id = await putTodo({ kind: "rename", user: ada.id });
      expect((await queryTodos()).map((todo) => todo.id)).toContain(id);
    },
  },
});
