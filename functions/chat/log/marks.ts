import { parallel } from "../../parallel.ts";
import type { MessageRecord } from "../../store/entries.ts";
import { addMention, dropMentions, getMembership, raiseRead } from "../../store/memberships.ts";

/**
 * What a message means for members' marks: its author has read the room up to it, and those who are
 * mentioned have it kept until they read it. Both can be done twice, and are on a retry.
 */
export async function mark({
  room,
  seq,
  count,
  author,
  mentions = [],
}: MessageRecord): Promise<void> {
  const writes: (() => Promise<unknown>)[] = [
    () => raiseRead(author.id, room, { seq, count }),
    ...mentions.map((user) => () => mention(user, room, seq)),
  ];
  await parallel(writes, (write) => write());
}

/** People who are no members, or have read so far already, are passed over. */
async function mention(user: string, room: string, seq: number): Promise<void> {
  if (await addMention(user, room, seq)) return;
  const membership = await getMembership(user, room);
  if (!membership || membership.read.seq >= seq) return;
  // As many as are kept: those that have been read make room.
  const old = [...membership.mentions].filter((one) => one <= membership.read.seq);
  if (old.length === 0) return;
  await dropMentions(user, room, old);
  await addMention(user, room, seq);
}
