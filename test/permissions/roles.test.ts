import { expect, test } from "vitest";
import { SCENES } from "./scenes.ts";
import { denials, world } from "./world.ts";

test.each(["Socket", "Deliver", "Open"] as const)(
  "%s can do everything it has to with the role of the template (promise 10)",
  async (fn) => {
    await SCENES[fn](world);
    expect(denials()).toEqual([]);
  },
);
