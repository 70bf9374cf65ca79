import { test } from "vitest";
import { playRounds } from "./rounds.ts";

test(
  "whatever goes wrong, nothing is lost, nothing comes twice, all see one order, and what is changed is so for all (promises 1 to 5)",
  () => playRounds(1, 60),
  600_000,
);
