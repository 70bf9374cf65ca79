import type { Online, User } from "../../../protocol/model.ts";

/** Who is online in a room, with one more. Without names there is nothing to go by. */
export function withPerson(online: Online, user: User): Online {
  if (online.users === undefined) return online;
  const others = online.users.filter(({ id }) => id !== user.id);
  return counted([...others, user]);
}

export function withoutPerson(online: Online, user: User): Online {
  if (online.users === undefined) return online;
  return counted(online.users.filter(({ id }) => id !== user.id));
}

function counted(users: User[]): Online {
  return { count: users.length, users };
}

/** Tells of each person's notices those that are newer than all seen: they can overtake each other. */
export function newestNotices(): (notice: { user: User; n: number }) => boolean {
  const seen = new Map<string, number>();
  return ({ user, n }) => {
    if (n < (seen.get(user.id) ?? 0)) return false;
    seen.set(user.id, n);
    return true;
  };
}
