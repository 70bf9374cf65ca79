import { expect, test } from "vitest";
import { SCENES } from "./scenes.ts";
import { denials, world } from "./world.ts";

test("Sweep can do everything it has to with the role of the template (promise 10)", async () => {
  await SCENES.Sweep(world);
  expect(denials()).toEqual([]);
});
