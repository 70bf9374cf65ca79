import { test } from "vitest";
import { playRounds } from "./rounds.ts";

test(
  "whatever fails, no message is lost or doubled, everyone sees one order, and every change is the same for everyone (promises 1 to 5)",
  () => playRounds(1, 60),
  600_000,
);
