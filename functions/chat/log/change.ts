import { ClientError } from "../../../protocol/errors.ts";
import type { ChangeEntry, User } from "../../../protocol/model.ts";
import {
  type ChangeRecord,
  type EntryRecord,
  getMessages,
  type MessageRecord,
  readBefore,
  replaceMessage,
} from "../../store/entries.ts";
import { queryLive } from "../../store/live.ts";
import type { Context } from "../../wire/serve.ts";
import { requireLive } from "../access.ts";
import { tellEntry } from "../telling/tell.ts";
import { appendAfter, checkRate, contend, TAIL } from "./append.ts";
import { readStates, toChange } from "./entry-view.ts";

/**
 * Changes of messages. First the message itself is written, in one conditional Put that also notes
 * the change's id with it; then its entry is appended, which stores nothing of what has changed. A
 * crash between the two leaves a change that its retry finds noted: it is not made a second time,
 * whatever came after it, and only its entry is appended.
 */

/**
 * Changes that a message notes. One that is retried after so many others is made again: what it
 * then undoes are its author's own later changes, if these did not wait for its answer.
 */
const NOTED = 25;

interface Change {
  room: string;
  id: string;
  seq: number;
}

/**
 * What becomes of a message; the message itself where nothing does.
 * @throws {ClientError} if the person may not
 */
export type Apply = (message: MessageRecord, user: User) => MessageRecord | Promise<MessageRecord>;

/** Changes a message, once, and tells everyone who is in its room. */
export async function change(
  context: Context,
  kind: ChangeRecord["kind"],
  { room, id, seq: of }: Change,
  apply: Apply,
): Promise<{ entry: ChangeEntry }> {
  const [tail, { user: author }] = await Promise.all([
    readBefore(room, TAIL),
    requireLive(context.connectionId, room),
  ]);
  const isTwin = (entry: EntryRecord): entry is ChangeRecord =>
    entry.kind === kind && entry.id === id && entry.author.id === author.id;
  const earlier = tail.find(isTwin);
  let record = earlier;
  if (!record) {
    checkRate(tail, author);
    await changeMessage(tail, { room, id, seq: of }, author, apply);
    record = await appendAfter(room, tail, isTwin, (place) => ({
      room,
      kind,
      of,
      id,
      author,
      ...place,
    }));
  }
  // Only now, as with a message. Last of all what the message is: it may have been deleted since.
  const lives = await queryLive(room);
  const entry = toChange(record, await readStates(room, [record]));
  await tellEntry(context, lives, entry);
  return { entry };
}

async function changeMessage(
  tail: readonly EntryRecord[],
  { room, id, seq }: Change,
  user: User,
  apply: Apply,
): Promise<void> {
  const note = `${user.id} ${id}`;
  const read = async () => (await getMessages(room, [seq]))[0];
  let message = tail.find((entry) => entry.seq === seq) ?? (await read());
  await contend(
    async () => {
      if (message?.kind !== "message") throw missing();
      const { changes = [], rev = 0, deletedAt } = message;
      if (changes.includes(note)) return true;
      if (deletedAt !== undefined) throw missing();
      const changed = await apply(message, user);
      if (changed === message) return true;
      const noted = [...changes, note].slice(-NOTED);
      return (await replaceMessage({ ...changed, rev: rev + 1, changes: noted })) || undefined;
    },
    async () => {
      message = await read();
      return undefined;
    },
  );
}

function missing(): ClientError {
  return new ClientError("not_found", "There is no such message, or not any more");
}
