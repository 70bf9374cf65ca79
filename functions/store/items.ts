import * as v from "valibot";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../env.ts";

/** What several kinds of items share. */

/** The rooms table, whose partitions are rooms, people and the directory. */
export const ROOMS = requireEnv("ROOMS_TABLE");

export const UserPart = v.object({ id: v.string(), name: v.string() });

/** The dialect of a connection, in which posts to it are encoded. */
export const DialectPart: v.GenericSchema<Dialect> = v.picklist(["envelope", "raw"]);

/** The partition of a person. */
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
