import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import type { Dialect } from "../../protocol/packet.ts";
import { DialectPart, PERSON_SECONDS, person, ROOMS, secondsFromNow } from "./items.ts";
import { IS_NEW, kind } from "./table.ts";

/** People, and their connections: a person with one is online. */

export interface Tab {
  connectionId: string;
  user: User;
  dialect: Dialect;
  /** When it ends at the latest, in seconds since the epoch. */
  expiresAt: number;
  /** ms since the epoch */
  connectedAt: number;
}

const NumberText = v.pipe(v.string(), v.transform(Number));
/** A connection is one string of a set, so that a single update adds or removes it. */
const TabText = v.pipe(
  v.string(),
  // Older texts end before the time of opening.
  v.transform((text) => [...text.split(" "), "0"]),
  v.tuple([NumberText, DialectPart, v.string(), NumberText]),
);

const UserItem = v.pipe(
  v.object({
    room: v.string(),
    name: v.string(),
    /** Grows with each change of the item: of two notices about a person the higher one is newer. */
    n: v.optional(v.number(), 0),
    tabs: v.optional(v.set(v.string()), () => new Set<string>()),
    /** The hash of the account with which the person signs in; absent for guests. */
    account: v.optional(v.string()),
    /** When a guest is forgotten who does not return before, in seconds since the epoch. */
    expiresAt: v.optional(v.number()),
  }),
  v.transform(({ room, name, tabs, ...item }) => {
    const user = { id: room.slice(person("").length), name };
    const read = [...tabs].flatMap((text) => readTab(text, user));
    // The oldest first.
    return { ...item, user, tabs: read.toSorted((a, b) => a.connectedAt - b.connectedAt) };
  }),
);
export type Person = v.InferOutput<typeof UserItem>;

/** Leaves out connections that have expired, as reads leave out expired items. */
function readTab(text: string, user: User): Tab[] {
  const [expiresAt, dialect, connectionId, connectedAt] = v.parse(TabText, text);
  if (expiresAt <= secondsFromNow(0)) return [];
  return [{ connectionId, user, dialect, expiresAt, connectedAt }];
}

function writeTab({ connectionId, dialect, expiresAt, connectedAt }: Tab): string {
  return `${expiresAt} ${dialect} ${connectionId} ${connectedAt}`;
}

const users = kind(ROOMS, UserItem, (id: string) => ({ room: person(id), entry: "user" }));

export const getPerson = users.get;
export const askPerson = users.asked;

export function getPeople(ids: readonly string[]): Promise<Person[]> {
  return users.getAll(ids.map(users.key));
}

/**
 * Stores a new person, with the person's first connection.
 * @returns the person, whom another first sign-in of the account may have stored meanwhile
 */
export async function putPerson(tab: Tab, account?: string): Promise<Person | undefined> {
  const { user } = tab;
  const expiresAt = account === undefined ? secondsFromNow(PERSON_SECONDS) : undefined;
  const item = { name: user.name, n: 1, tabs: new Set([writeTab(tab)]), account, expiresAt };
  const isPut = await users.put([user.id], item, IS_NEW);
  return isPut ? { user, n: 1, tabs: [tab], account, expiresAt } : addTab(tab);
}

/** Renews a guest, or makes the guest one who signs in. */
export function keepPerson(id: string, kept: Pick<Person, "account" | "expiresAt">) {
  return users.update([id], { set: kept });
}

/** The accounts with which people sign in; each names its person. */
const accounts = kind(ROOMS, v.object({ user: v.string() }), (hash: string) => ({
  room: `@oidc-${hash}`,
  entry: "identity",
}));

/** Gives an account to a person, unless it has one. @returns the id of the person who has it now */
export async function claimAccount(hash: string, userId: string): Promise<string> {
  if (await accounts.put([hash], { user: userId }, IS_NEW)) return userId;
  const { user } = (await accounts.get(hash)) ?? {};
  if (user === undefined) throw new Error("The account was there and is gone");
  return user;
}

export function addTab(tab: Tab): Promise<Person | undefined> {
  return users.update([tab.user.id], { add: { tabs: new Set([writeTab(tab)]), n: 1 } });
}

/** @returns the updated person, or undefined if the connection was not there */
export function dropTab(tab: Tab): Promise<Person | undefined> {
  const text = writeTab(tab);
  const old = text.slice(0, text.lastIndexOf(" "));
  const change = { delete: { tabs: new Set([text, old]) }, add: { n: 1 } };
  const condition = {
    if: "contains(tabs, :tab) OR contains(tabs, :old)",
    values: { tab: text, old },
  };
  return users.update([tab.user.id], change, condition);
}

export function setName({ id, name }: User): Promise<Person | undefined> {
  return users.update([id], { set: { name }, add: { n: 1 } });
}

/** The person's connections but one. */
export async function tabsOf(userId: string, except?: string): Promise<Tab[]> {
  const { tabs = [] } = (await getPerson(userId)) ?? {};
  return tabs.filter(({ connectionId }) => connectionId !== except);
}
