import { randomUUID } from "node:crypto";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { message } from "../../functions/events/message.ts";
import { db } from "../../functions/store/client.ts";
import { putLive } from "../../functions/store/live.ts";
import { ClientError } from "../../protocol/errors.ts";
import { VirtualTime } from "./virtual-time.ts";

/** ms that a call to DynamoDB takes, and that a client takes until its next message. */
const CALL_MS = [3, 7] as const;
const THINK_MS = [10, 20] as const;

export interface HotRoom {
  perSecond: number;
  lostPerAppend: number;
  /** ms until each ack */
  times: number[];
  busy: number;
}

/**
 * People who write in one room at once, each the next message when the last one is acknowledged:
 * the code of `message` on tables in memory, in virtual time. Nothing is posted.
 */
export async function hotRoom(seed: number, people: number, messages: number): Promise<HotRoom> {
  const room = `hot-${randomUUID()}`;
  const users = Array.from({ length: people }, (_, n) => ({ id: `${room}-${n}`, name: "Ada" }));
  const time = new VirtualTime(seed);
  const times: number[] = [];
  let lost = 0;
  let busy = 0;

  const between = ([from, to]: readonly [number, number]) => from + Math.random() * (to - from);
  const send = db.send.bind(db);
  Object.assign(db, {
    async send(command: Parameters<typeof send>[0]) {
      const takes = between(CALL_MS);
      const before = Math.random() * takes;
      await time.sleep(before);
      try {
        return isRoster(command) ? { Items: [] } : await send(command);
      } catch (error) {
        const isLost = error instanceof ConditionalCheckFailedException && isAppend(command);
        if (isLost) lost += 1;
        throw error;
      } finally {
        await time.sleep(takes - before);
      }
    },
  });

  async function write({ id: connectionId }: (typeof users)[number]): Promise<void> {
    const context = { connectionId, dialect: "envelope", nsp: "/", connectedAt: 0 } as const;
    for (let n = 0; n < messages; n++) {
      const begun = time.now;
      try {
        await message(context, { room, id: randomUUID(), text: "Shall we meet at the station?" });
        times.push(time.now - begun);
      } catch (error) {
        if (!(error instanceof ClientError && error.code === "busy")) throw error;
        busy += 1;
      }
      await time.sleep(between(THINK_MS));
    }
  }

  try {
    const begun = time.now;
    await time.run(async () => {
      const lives = users.map((user) => ({ user, connectionId: user.id, dialect: "raw" as const }));
      await Promise.all(lives.map((live) => putLive(room, { ...live, watching: true })));
      await Promise.all(users.map(write));
    });
    const seconds = (time.now - begun) / 1_000;
    const appends = times.length;
    return { perSecond: appends / seconds, lostPerAppend: lost / appends, times, busy };
  } finally {
    Object.assign(db, { send });
  }
}

function isAppend(command: object): boolean {
  return command instanceof PutItemCommand && command.input.TableName === process.env.HISTORY_TABLE;
}

function isRoster(command: object): boolean {
  if (!(command instanceof QueryCommand)) return false;
  const values = Object.values(command.input.ExpressionAttributeValues ?? {});
  return values.some(({ S }) => S === "live#");
}
