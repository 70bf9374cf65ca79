import * as v from "valibot";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../lambda.ts";

/** The rooms table, whose partitions are rooms, people and the directory. */
export const ROOMS = requireEnv("ROOMS_TABLE");

export const UserPart = v.object({ id: v.string(), name: v.string() });

/** The dialect of a connection, in which posts to it are encoded. */
export const DialectPart: v.GenericSchema<Dialect> = v.picklist(["envelope", "raw"]);

/** What is known of a file from its announcement on. */
export const fileFacts = {
  name: v.string(),
  type: v.string(),
  size: v.number(),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  preview: v.optional(v.string()),
};

export function person(userId: string): string {
  return `@${userId}`;
}

/** A key condition: the items of a partition of the rooms table whose sort keys have a prefix. */
export function inPartition(room: string, prefix: string) {
  return { where: "room = :room AND begins_with(entry, :prefix)", values: { room, prefix } };
}

/** What belongs to a guest ends as many seconds after its last renewal, which comes at half of it. */
export const PERSON_SECONDS = 90 * 24 * 60 * 60;

/** Connections last 2 hours at most (API Gateway's quota); their items last a little longer. */
export const CONNECTION_SECONDS = 2 * 60 * 60 + 10 * 60;

/** DynamoDB's TTL counts in seconds since the epoch. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

/** DynamoDB counts each read by 4 KB. */
export const UNIT_BYTES = 4 * 1024;

/** What a read of these items costs, in bytes: their JSON is at least as large as what DynamoDB counts. */
export function bytesOf(items: readonly object[]): number {
  const toJson = (item: object) =>
    JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value));
  const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(toJson(item)), 0);
  return Math.max(UNIT_BYTES, bytes);
}
