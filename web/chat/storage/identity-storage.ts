import type { User } from "../../../protocol/model.ts";
import { attempt, browserStorage } from "./local-storage.ts";

const TOKEN = "natter.token";
const USER = "natter.user";
const NAME = "natter.name";
const OTHERS = "natter.others";
const ROOM = "natter.room";

/** What web/people/hue.ts keeps here. It names rooms and people, so it goes with the person. */
export const COLOURS = "natter.colours";

/** A person who was in this browser before another came in. */
interface Other extends User {
  token: string;
}

export type IdentityStorage = ReturnType<typeof browserIdentityStorage>;

/** Where a browser stores who this person is. */
export function browserIdentityStorage() {
  const storage = browserStorage();

  function others(): Other[] {
    const kept: unknown = attempt(() => JSON.parse(storage.get(OTHERS) ?? "[]"));
    return Array.isArray(kept) ? kept.filter(isOther) : [];
  }

  /** Whoever was here before with another token can return. */
  function keep({ id, name }: User, token?: string): void {
    const [was, former] = [storage.get(USER), storage.get(TOKEN)];
    const left = others().filter((one) => one.id !== id && one.id !== was);
    if (token !== undefined && former !== undefined && was !== undefined && was !== id) {
      left.push({ id: was, name: storage.get(NAME) ?? "", token: former });
    }
    storage.set(OTHERS, JSON.stringify(left));
    storage.set(USER, id);
    storage.set(NAME, name);
    if (token !== undefined) storage.set(TOKEN, token);
  }

  return {
    token: () => storage.get(TOKEN),
    /** The person's id: whose drafts and messages to load before the server has answered. */
    user: () => storage.get(USER),
    name: () => storage.get(NAME),
    keep,
    /** The room that was open last. */
    room: () => storage.get(ROOM),
    keepRoom: (room: string): void => storage.set(ROOM, room),
    forget(): void {
      for (const key of [TOKEN, USER, NAME, ROOM, COLOURS]) storage.remove(key);
    },
    others,
    /** One of the others is this browser's person once the page begins anew. */
    returnTo: (other: Other): void => keep(other, other.token),
  };
}

function isOther(one: unknown): one is Other {
  if (typeof one !== "object" || one === null) return false;
  return ["id", "name", "token"].every((key) => typeof Reflect.get(one, key) === "string");
}
