import { test } from "vitest";
import { playRounds } from "./rounds.ts";

test(
  "in long rounds too, no message is lost or doubled, and everyone sees one order (promises 1 to 5)",
  () => playRounds(8, 150),
  1_800_000,
);
