import type { Online, User } from "../../../protocol/model.ts";

/** Who is online in a room, with one more person. A count without names stays as it is. */
export function withPerson(online: Online, user: User): Online {
  if (online.users === undefined) return online;
  const others = online.users.filter(({ id }) => id !== user.id);
  return counted([...others, user]);
}

/** Who is online in a room, without one person. */
export function withoutPerson(online: Online, user: User): Online {
  if (online.users === undefined) return online;
  return counted(online.users.filter(({ id }) => id !== user.id));
}

function counted(users: User[]): Online {
  return { count: users.length, users };
}

/**
 * Notices can overtake each other. Each carries a number `n` that grows for its person.
 * @returns a function that tells whether no newer notice about its person has come before
 */
export function newestNotices(): (notice: { user: User; n: number }) => boolean {
  const seen = new Map<string, number>();
  return ({ user, n }) => {
    if (n < (seen.get(user.id) ?? 0)) return false;
    seen.set(user.id, n);
    return true;
  };
}
