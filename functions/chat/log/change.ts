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
import { appendEntry, contend, isTwin, TAIL } from "./append.ts";
import { readStates, toChange } from "./entry-view.ts";
import { checkRate } from "./rate.ts";

/**
 * Changes of messages. First the message itself is written, in one conditional Put that also notes
 * the change's id with it; then the change's entry is appended, which stores nothing of what has
 * changed. Where a try crashed between the two, the next one finds the change noted: it does not
 * make it again, whatever came after it, and only appends the entry.
 */

/**
 * Ids of changes that a message keeps. A change that is retried after more than these is made again,
 * and undoes what came between. Only its own author's later changes can do that to it, sent before
 * it was answered.
 */
const NOTED = 25;

interface Change {
  room: string;
  id: string;
  seq: number;
}

/**
 * What becomes of a message; the message itself where the change changes nothing.
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
  const draft = { room, kind, of, id, author };
  const twin = tail.find((entry) => isTwin(entry, draft));
  const earlier = twin?.kind === "message" ? undefined : twin;
  let record = earlier;
  if (!record) {
    checkRate(tail, author);
    await changeMessage(tail, { room, id, seq: of }, author, apply);
    record = await appendEntry(tail, draft);
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
  return new ClientError("not_found", "There is no such message, or it has been deleted");
}
