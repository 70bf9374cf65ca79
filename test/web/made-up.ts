import type { Page } from "playwright-core";
import type { MessageEntry } from "../../protocol/model.ts";
import { changeAnswers } from "./network.ts";
import { joinAs } from "./world.ts";

export type MadeUp = Pick<MessageEntry, "text"> & Partial<MessageEntry>;

/** Joins a room whose messages are these, of any time and number. */
export async function joinAmong(page: Page, messages: readonly MadeUp[]): Promise<void> {
  await changeAnswers(page, "joinRoom", (answer) => ({
    ...answer,
    room: { ...answer.room, head: messages.length },
    more: false,
    entries: messages.map((message, index) => ({
      room: answer.room.id,
      seq: index + 1,
      kind: "message",
      id: `made-up-${index + 1}`,
      author: { id: "0".repeat(20), name: "Mara" },
      at: Date.now() - 1_000 * (messages.length - index),
      ...message,
    })),
  }));
  await page.reload();
  await joinAs(page, "Ada");
}
