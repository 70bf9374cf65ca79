/** Facts about rooms' ids. */

/** The room that everyone is a member of. */
export const LOBBY = "lobby";

/** What the ids of private and of direct rooms begin with, which the server makes. */
export const PRIVATE_PREFIX = "p-";
export const DIRECT_PREFIX = "d-";

/** Whether an id is one of the server's, so that no client can make a public room of it. */
export function isReserved(id: string): boolean {
  return id.startsWith(PRIVATE_PREFIX) || id.startsWith(DIRECT_PREFIX);
}
