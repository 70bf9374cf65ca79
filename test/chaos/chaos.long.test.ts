import { test } from "vitest";
import { playRounds } from "./rounds.ts";

test(
  "in long rounds too, nothing is lost, nothing comes twice, all see one order (promises 1 to 5)",
  () => playRounds(8, 150),
  1_800_000,
);
