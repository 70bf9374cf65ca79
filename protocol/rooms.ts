/** Facts about rooms' ids. */

/** The room that everyone is a member of. */
export const LOBBY = "lobby";

/** The prefixes of the ids of private and direct rooms, which the server makes. */
export const PRIVATE_PREFIX = "p-";
export const DIRECT_PREFIX = "d-";

/** Whether only the server makes such ids, so that no client can create a public room with it. */
export function isReserved(id: string): boolean {
  return id.startsWith(PRIVATE_PREFIX) || isDirect(id);
}

export function isDirect(id: string): boolean {
  return id.startsWith(DIRECT_PREFIX);
}
