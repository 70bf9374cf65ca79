import * as v from "valibot";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../env.ts";

/** What the kinds of items share. */

/** The rooms table, whose partitions are rooms, people and the directory. */
export const ROOMS = requireEnv("ROOMS_TABLE");

export const UserPart = v.object({ id: v.string(), name: v.string() });

/** What a connection speaks; posts to it are encoded in it. */
export const DialectPart: v.GenericSchema<Dialect> = v.picklist(["envelope", "raw"]);

/** The partition of a person. */
export function person(userId: string): string {
  return `@${userId}`;
}

/** The items of a partition of the rooms table whose sort keys begin so. */
export function inPartition(room: string, prefix: string) {
  return { where: "room = :room AND begins_with(entry, :prefix)", values: { room, prefix } };
}

/** Connections live 2 hours at most (API Gateway's quota); a trace of one may last a little longer. */
export const CONNECTION_SECONDS = 2 * 60 * 60 + 10 * 60;
