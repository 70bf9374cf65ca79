import { ClientError } from "../../../protocol/errors.ts";
import type { Entry, User } from "../../../protocol/model.ts";
import {
  type ChangeRecord,
  getMessages,
  type MessageRecord,
  replaceMessage,
} from "../../store/entries.ts";
import { queryLive } from "../../store/live.ts";
import type { Context } from "../../wire/serve.ts";
import { tell } from "../telling/notices.ts";
import { appendEntry, beginWriting, contend, findTwin, type Writing } from "./append.ts";
import { requireFit, statesOf, toChange, toEvent, toMessage } from "./entry-view.ts";

/**
 * Changes of messages. First the message itself is written, in one conditional Put that also notes
 * the change's id. Then the change's entry is appended, which does not store what has changed. If a
 * try crashed between the two, the next one finds the change noted: it does not make it again,
 * whatever came after it, and only appends the entry.
 */

/**
 * Ids of changes that a message keeps. A change that is retried after more than so many others is made a
 * second time. Only later changes by the same person, sent before it was answered, can be undone so.
 */
const NOTED = 25;

interface Change {
  room: string;
  id: string;
  seq: number;
}

/**
 * Returns the changed message, or the same one if there is nothing to change.
 * @throws {ClientError} if the person may not
 */
export type Apply = (message: MessageRecord, user: User) => MessageRecord | Promise<MessageRecord>;

/**
 * Changes a message, once, and tells everyone who is in its room.
 * @returns the change's entry, or the message itself where there was nothing to change
 */
export async function change(
  context: Context,
  kind: ChangeRecord["kind"],
  { room, id, seq: of }: Change,
  apply: Apply,
): Promise<{ entry: Entry }> {
  const writing = await beginWriting(context, room);
  const { tail, user: author, checkRate } = writing;
  const draft = { room, kind, of, id, author };
  let record = findTwin(tail, draft);
  if (!record) {
    await checkRate(tail);
    const unchanged = await changeMessage(writing, { room, id, seq: of }, apply);
    if (unchanged) return { entry: toMessage(unchanged, await statesOf([unchanged])) };
    record = await appendEntry(writing, draft);
  }
  // As for a message, the roster is read after the append; then the message, as it is now.
  const lives = await queryLive(room);
  const entry = toChange(record, await statesOf([record]));
  await tell(room, lives, toEvent(entry), context.acked);
  return { entry };
}

/** @returns the message, if there was nothing to change */
async function changeMessage(
  { tail, user, measure }: Writing,
  { room, id, seq }: Change,
  apply: Apply,
): Promise<MessageRecord | undefined> {
  const note = `${user.id} ${id}`;
  const read = async () => measure(await getMessages(room, [seq]))[0];
  let message = tail.find((entry) => entry.seq === seq) ?? (await read());
  const { unchanged } = await contend<{ unchanged?: MessageRecord }>(
    async () => {
      if (message?.kind !== "message") throw missing();
      const { changes = [], rev = 0, deletedAt } = message;
      if (changes.includes(note)) return {};
      if (deletedAt !== undefined) throw missing();
      const changed = await apply(message, user);
      if (changed === message) return { unchanged: message };
      requireFit(changed);
      const noted = [...changes, note].slice(-NOTED);
      const next = { ...changed, rev: rev + 1, changes: noted };
      return (await replaceMessage(next)) ? {} : undefined;
    },
    async () => {
      message = await read();
      return undefined;
    },
  );
  return unchanged;
}

function missing(): ClientError {
  return new ClientError("not_found", "There is no such message, or it has been deleted");
}
