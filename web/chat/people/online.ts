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
 * Notices can overtake each other. Each carries a number `n` that grows for what it is about.
 * @returns a function that tells whether no newer notice about the same has come before
 */
export function newestNotices(): (about: string, n: number) => boolean {
  const seen = new Map<string, number>();
  return (about, n) => {
    if (n < (seen.get(about) ?? 0)) return false;
    seen.set(about, n);
    return true;
  };
}
