import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, vi } from "vitest";
import { person, ROOMS } from "../../functions/store/items.ts";
import { getTogether } from "../../functions/store/table.ts";
import type * as users from "../../functions/store/users.ts";
import {
  addTab,
  askPerson,
  claimAccount,
  dropTab,
  getPeople,
  getPerson,
  keepPerson,
  putPerson,
  setName,
  type Tab,
  tabsOf,
} from "../../functions/store/users.ts";
import { documents } from "../support/tables/setup.ts";
import { contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const soon = () => Math.floor(Date.now() / 1_000) + 60;

let opened = 1;

function newTab(user = { id: newId(), name: "Ada" }, expiresAt = soon()): Tab {
  return { connectionId: newId(), user, dialect: "raw", expiresAt, connectedAt: opened++ };
}

async function newPerson(name = "Ada") {
  const tab = newTab({ id: newId(), name });
  await putPerson(tab);
  return { tab, user: tab.user };
}

contract<typeof users>({
  putPerson: {
    "keeps a person with one connection": async () => {
      const { tab, user } = await newPerson();
      expect(await getPerson(user.id)).toMatchObject({ user, n: 1, tabs: [tab] });
    },
    "adds the connection to one who is there already": async () => {
      const { tab, user } = await newPerson();
      const other = newTab(user);
      expect(await putPerson(other)).toMatchObject({ user, n: 2 });
      const ids = (await tabsOf(user.id)).map(({ connectionId }) => connectionId);
      expect(ids.toSorted()).toEqual([tab.connectionId, other.connectionId].toSorted());
    },
    "forgets a guest after 90 days, and nobody who has an account": async () => {
      const { user } = await newPerson();
      const member = newTab();
      await putPerson(member, "account");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 91 * 24 * 60 * 60 * 1_000 });
      expect(await getPerson(user.id)).toBeUndefined();
      expect(await getPerson(member.user.id)).toMatchObject({ account: "account" });
    },
  },

  keepPerson: {
    "renews a guest, or keeps one who has an account now; nobody is made": async () => {
      const { user } = await newPerson();
      await keepPerson(user.id, { expiresAt: 7_000_000_000 });
      expect(await getPerson(user.id)).toMatchObject({ expiresAt: 7_000_000_000 });
      await keepPerson(user.id, { account: "account", expiresAt: undefined });
      expect(await getPerson(user.id)).toMatchObject({ user, account: "account" });
      expect(await getPerson(user.id)).not.toHaveProperty("expiresAt");
      const nobody = newId();
      await keepPerson(nobody, { expiresAt: 7_000_000_000 });
      expect(await getPerson(nobody)).toBeUndefined();
    },
  },

  claimAccount: {
    "gives an account to one person, and names that one to others": async () => {
      const account = newId();
      expect(await claimAccount(account, "ada")).toBe("ada");
      expect(await claimAccount(account, "bob")).toBe("ada");
    },
  },

  getPerson: {
    "gives nothing for an unknown person": async () => {
      expect(await getPerson(newId())).toBeUndefined();
    },
    "leaves out connections that have expired": async () => {
      const { user, tab } = await newPerson();
      const later = newTab(user, tab.expiresAt + 60);
      await addTab(later);
      vi.useFakeTimers({ toFake: ["Date"], now: tab.expiresAt * 1_000 });
      expect((await getPerson(user.id))?.tabs).toEqual([later]);
    },
  },

  askPerson: {
    "finds a person beside another": async () => {
      const [ada, bob] = [await newPerson("Ada"), await newPerson("Bob")];
      const found = await getTogether(askPerson(bob.user.id), askPerson(ada.user.id));
      expect(found.map((person) => person?.user)).toEqual([bob.user, ada.user]);
    },
  },

  getPeople: {
    "gives the people who exist among any number of ids": async () => {
      const people = [await newPerson("Ada"), await newPerson("Bob")];
      const ids = [...Array.from({ length: 120 }, newId), ...people.map(({ user }) => user.id)];
      const found = (await getPeople(ids)).map(({ user }) => user);
      expect(found.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
        people.map(({ user }) => user),
      );
      expect(await getPeople([])).toEqual([]);
    },
  },

  addTab: {
    "adds a connection, and gives all of them, the oldest first": async () => {
      const { tab, user } = await newPerson();
      const [later, last] = [newTab(user, tab.expiresAt - 5), newTab(user, tab.expiresAt + 5)];
      await addTab(last);
      const person = await addTab(later);
      expect(person).toMatchObject({ user, n: 3, tabs: [tab, later, last] });
      expect(await getPerson(user.id)).toEqual(person);
    },
    "does not create a person": async () => {
      const tab = newTab();
      expect(await addTab(tab)).toBeUndefined();
      expect(await getPerson(tab.user.id)).toBeUndefined();
    },
  },

  dropTab: {
    "removes one connection, the last one too, and gives the person as it is then, once":
      async () => {
        const { tab, user } = await newPerson();
        const other = newTab(user);
        await addTab(other);
        expect(await dropTab(tab)).toMatchObject({ user, n: 3, tabs: [other] });
        expect(await dropTab(tab)).toBeUndefined();
        expect(await dropTab(other)).toMatchObject({ user, n: 4, tabs: [] });
        expect(await dropTab(other)).toBeUndefined();
        expect(await getPerson(user.id)).toMatchObject({ user, n: 4, tabs: [] });
        expect(await dropTab(newTab())).toBeUndefined();
      },
    "removes one that was written without its time of opening": async () => {
      const { tab, user } = await newPerson();
      const old = newTab(user);
      const text = `${old.expiresAt} ${old.dialect} ${old.connectionId}`;
      const add = new UpdateCommand({
        TableName: ROOMS,
        Key: { room: person(user.id), entry: "user" },
        UpdateExpression: "ADD tabs :old",
        ExpressionAttributeValues: { ":old": new Set([text]) },
      });
      await documents.send(add);
      expect((await getPerson(user.id))?.tabs).toEqual([{ ...old, connectedAt: 0 }, tab]);
      expect(await dropTab(old)).toMatchObject({ user, tabs: [tab] });
    },
  },

  setName: {
    "renames a person, and changes nothing else": async () => {
      const { tab, user } = await newPerson();
      const eve = { ...user, name: "Eve" };
      const person = { user: eve, n: 2, tabs: [{ ...tab, user: eve }] };
      expect(await setName(eve)).toMatchObject(person);
      expect(await getPerson(user.id)).toMatchObject(person);
      expect(await setName({ id: newId(), name: "Eve" })).toBeUndefined();
    },
  },

  tabsOf: {
    "gives a person's connections, or all but one of them": async () => {
      const { tab, user } = await newPerson();
      const other = newTab(user, tab.expiresAt + 5);
      await addTab(other);
      expect(await tabsOf(user.id)).toEqual([tab, other]);
      expect(await tabsOf(user.id, tab.connectionId)).toEqual([other]);
      expect(await tabsOf(newId())).toEqual([]);
    },
  },
});
