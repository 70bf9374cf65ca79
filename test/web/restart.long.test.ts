import { afterAll, beforeAll, test } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";
import { pageTests, say, shows } from "./world.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack.remove();
});

pageTests(
  "a page whose server is restarted",
  ({ join }) => {
    test("nothing is lost when the server is killed and comes back (promise 1)", async () => {
      const ada = await join("Ada", "#restart");
      const bob = await join("Bob", "#restart");
      await say(ada, "before");
      await shows(bob, ["before"]);
      const { origin, dataDir } = stack;
      await stack.kill();
      await ada.getByText("Reconnecting…").waitFor();
      await say(ada, "while it was down");
      stack = await startStack({ port: Number(new URL(origin).port), dataDir });
      await shows(ada, ["before", "while it was down"]);
      await shows(bob, ["before", "while it was down"]);
      await say(bob, "after");
      await shows(ada, ["before", "while it was down", "after"]);
    });
  },
  {
    get origin() {
      return stack.origin;
    },
  },
);
