import type { Entry } from "../../protocol/model.ts";
import { BareSocket } from "../support/clients.ts";
import { ROOMS } from "./script.ts";

/** The rooms' whole logs, as a new person reads them. */
export async function readLogs(origin: string): Promise<Map<string, Entry[]>> {
  const reader = await BareSocket.open(origin);
  await reader.connect({ name: "reader" });
  const logs = new Map<string, Entry[]>();
  for (const room of ROOMS) {
    await reader.emit("joinRoom", { room });
    const log: Entry[] = [];
    for (let more = true; more; ) {
      const page = await reader.emit("history", { room, after: log.length, limit: 100 });
      log.push(...page.entries);
      more = page.more;
    }
    logs.set(room, log);
  }
  await reader.close();
  return logs;
}

/** The seqs of a log are 1, 2, 3, …, and its times grow. */
export function disorderIn(room: string, log: readonly Entry[]): string[] {
  return log.flatMap(({ seq, at }, index) => {
    const isNext = seq === index + 1 && at > (log[index - 1]?.at ?? 0);
    return isNext ? [] : [`seq ${seq} is number ${index + 1} of ${room}`];
  });
}

/** Each tab's own messages are in the order in which they were written. */
export function writersDisorder(room: string, texts: readonly string[]): string[] {
  const last = new Map<string, number>();
  const disorder: string[] = [];
  for (const text of texts) {
    const [writer = "", number] = text.split(" ");
    if (Number(number) < (last.get(writer) ?? -1)) {
      disorder.push(`"${text}" comes after "${writer} ${last.get(writer)}" in ${room}`);
    }
    last.set(writer, Number(number));
  }
  return disorder;
}
