import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { settings } from "../../functions/chat/access.ts";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { getListed, getMembership } from "../../functions/store/memberships.ts";
import { tabsOf } from "../../functions/store/users.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { MAX_CONNECTIONS } from "../../protocol/limits.ts";
import { newRaw } from "./raw.ts";
import {
  closed,
  connect,
  emit,
  interleave,
  lambdaContext,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  newTab,
  posted,
  pushes,
  sendFrame,
} from "./world.ts";

/** JWTs of a provider, and of the deployer's own server; both are played here. */

mockPosts();

const newKey = (kid: string) => ({ kid, ...generateKeyPairSync("rsa", { modulusLength: 2_048 }) });
const [first, second, stranger] = [newKey("first"), newKey("second"), newKey("first")];
/** The keys that are published. */
let keys = [first];
/** How often they were asked for. */
let requests = 0;

const server = createServer(({ url = "" }, response) => {
  if (!url.includes("openid")) requests += 1;
  const published = keys.map(({ kid, publicKey }) => ({
    ...publicKey.export({ format: "jwk" }),
    kid,
    use: "sig",
    alg: "RS256",
  }));
  const answer = url.includes("openid")
    ? { issuer, jwks_uri: `${issuer}/jwks` }
    : { keys: published };
  response.end(JSON.stringify(answer));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => server.close());

Object.assign(settings, {
  oidc: { issuer, audience: "natter" },
  jwt: { issuer: "https://me.example", audience: "chat", jwksUri: `${issuer}/jwks` },
});
afterEach(() => void vi.useRealTimers());

const HOUR = 60 * 60;
const seconds = () => Math.floor(Date.now() / 1_000);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

let people = 0;
const newSubject = () => `subject ${people++}`;

function newJwt(
  claims: object = {},
  header: { alg?: string; kid?: string; typ?: string } = {},
  key = first,
) {
  const usual = {
    iss: issuer,
    aud: "natter",
    sub: newSubject(),
    iat: seconds(),
    exp: seconds() + HOUR,
  };
  const text = `${part({ alg: "RS256", kid: key.kid, ...header })}.${part({ ...usual, ...claims })}`;
  return `${text}.${sign("sha256", Buffer.from(text), key.privateKey).toString("base64url")}`;
}

/** Signed by nobody, and by the public key as if that were a secret. */
function forged(alg: "none" | "HS256"): string {
  const [, claims] = newJwt().split(".");
  const text = `${part({ alg, kid: "first" })}.${claims}`;
  const secret = first.publicKey.export({ format: "pem", type: "spki" });
  return `${text}.${alg === "none" ? "" : createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const comes = (auth: object) => connect(newConnectionId(), auth);
const refusal = (code: string) => ({ type: "connect_error", data: { data: { code } } });

describe.each([
  ["of another audience", () => newJwt({ aud: "other" })],
  ["without an audience", () => newJwt({ aud: undefined })],
  ["of another pool", () => newJwt({ iss: `${issuer}/other` })],
  ["with another's signature", () => newJwt({}, {}, stranger)],
  ["with alg none", () => forged("none")],
  ["with the public key as a secret", () => forged("HS256")],
  ["that has expired", () => newJwt({ exp: seconds() - 1 })],
  ["that does not expire", () => newJwt({ exp: undefined })],
  ["that is not valid yet", () => newJwt({ nbf: seconds() + HOUR })],
  ["that is an access token of Cognito", () => newJwt({ token_use: "access" })],
  ["that is an access token of RFC 9068", () => newJwt({}, { typ: "at+jwt" })],
  ["whose type says so in full", () => newJwt({}, { typ: "application/AT+JWT" })],
  ["without a subject", () => newJwt({ sub: "" })],
  ["that is none", () => "a.b.c"],
])("a JWT %s", (_, newOne) => {
  test("is refused in the envelope", async () => {
    expect(await comes({ token: newOne() })).toMatchObject(refusal("unauthorized"));
  });

  test("is refused in the raw dialect", async () => {
    const answer = await sendFrame(await newRaw(), `40${JSON.stringify({ token: newOne() })}`);
    expect(answer).toMatch(/^44\{"message":.*"data":\{"code":"unauthorized"\}\}$/);
  });
});

test("keys that the provider has changed are found, and a flood of unknown ones asks it once", async () => {
  await comes({ token: newJwt() });
  keys = [first, second];
  const before = requests;
  expect(await comes({ token: newJwt({}, {}, second) })).toHaveProperty("user");
  expect(requests - before).toBe(1);
  const unknown = () => comes({ token: newJwt({}, { kid: "unknown" }) });
  expect(await unknown()).toMatchObject(refusal("unauthorized"));
  for (let n = 0; n < 5; n++) expect(await unknown()).toMatchObject(refusal("busy"));
  expect(requests - before).toBe(2);
  expect(await comes({ token: newJwt({}, {}, second) })).toHaveProperty("user");
});

test("without a provider every JWT is refused", async () => {
  const { oidc } = settings;
  Object.assign(settings, { oidc: undefined });
  expect(await comes({ token: newJwt() })).toMatchObject(refusal("unauthorized"));
  Object.assign(settings, { oidc });
});

describe("somebody who signs in with an ID token", () => {
  test("has the name that the provider tells, and gets a session for 30 days, used or not", async () => {
    const sub = newSubject();
    const { user, token } = await comes({ token: newJwt({ sub, name: "Ada Lovelace" }) });
    expect(user.name).toBe("Ada Lovelace");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 29 * 24 * HOUR * 1_000 });
    expect(await comes({ token })).toMatchObject({ user });
    vi.setSystemTime(Date.now() + 2 * 24 * HOUR * 1_000);
    expect(await comes({ token })).toMatchObject(refusal("unauthorized"));
    expect(await comes({ token: newJwt({ sub }) })).toMatchObject({ user });
  });

  test.each([
    [{ nickname: "ada", name: "Ada" }, "ada"],
    [{ name: "\u202e", preferred_username: "ada@example" }, "ada@example"],
    [{ name: "Ada ".repeat(20) }, "Ada Ada Ada Ada Ada Ada Ada Ada"],
    [{ name: 7, given_name: "" }, "7"],
    [{}, "New member"],
  ])("with the claims %j is called %s", async (claims, name) => {
    expect((await comes({ token: newJwt(claims) })).user.name).toBe(name);
  });

  test("gets one session for one token, however often it is sent", async () => {
    const [token, former] = [newJwt(), newConnectionId()];
    const [one, two] = [await connect(former, { token }), await comes({ token })];
    expect(two.user).toEqual(one.user);
    expect(closed).toContain(former);
    expect(await comes({ token: one.token })).toMatchObject(refusal("unauthorized"));
    const tab = newConnectionId();
    await connect(tab, { token: two.token });
    expect((await emit(tab, "sessions", {})).sessions).toHaveLength(1);
  });

  test("keeps memberships for as long as one stays away", async () => {
    const [sub, room, connectionId] = [newSubject(), newRoomId(), newConnectionId()];
    const { user } = await connect(connectionId, { token: newJwt({ sub }) });
    await emit(connectionId, "joinRoom", { room });
    expect((await getMembership(user.id, room))?.expiresAt).toBeUndefined();
    expect((await getListed(room, user.id))?.expiresAt).toBeUndefined();
  });

  test("is told when the session ends, and closed, also on another device", async () => {
    const { token } = await comes({ token: newJwt() });
    const [tab, phone] = [newConnectionId(), newConnectionId()];
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + (30 * 24 * HOUR - 60) * 1_000 });
    await connect(tab, { token });
    await connect(phone, { link: (await emit(tab, "link", {})).code });
    vi.setSystemTime(Date.now() + 61_000);
    await sweep({}, lambdaContext());
    for (const one of [tab, phone]) {
      expect(pushes(one, "error")).toEqual([expect.objectContaining({ code: "unauthorized" })]);
      expect(closed).toContain(one);
    }
  });

  test("links another device for no longer than the own session lasts", async () => {
    const connectionId = newConnectionId();
    await connect(connectionId, { token: newJwt() });
    const { code } = await emit(connectionId, "link", {});
    const { token } = await comes({ link: code });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31 * 24 * HOUR * 1_000 });
    expect(await comes({ token })).toMatchObject(refusal("unauthorized"));
  });
});

describe("a guest who signs in", () => {
  test("becomes that person, whose rooms no longer end, and the guest's token does", async () => {
    const [sub, room] = [newSubject(), newRoomId()];
    const guest = await newPerson("ada");
    await emit(guest.connectionId, "joinRoom", { room });
    const session = await comes({ token: newJwt({ sub, name: "Ada L." }), guest: guest.token });
    expect(session).toMatchObject({ user: guest.user, token: expect.any(String) });
    await finishTodos(0);
    expect((await getMembership(guest.user.id, room))?.expiresAt).toBeUndefined();
    expect((await getListed(room, guest.user.id))?.expiresAt).toBeUndefined();
    expect(await comes({ token: guest.token })).toMatchObject(refusal("unauthorized"));
    expect(await comes({ token: newJwt({ sub }) })).toMatchObject({ user: guest.user });
  });

  test("is asked, if the account has a person already, and may leave the guest behind", async () => {
    const sub = newSubject();
    const { user } = await comes({ token: newJwt({ sub }) });
    const guest = await newPerson("eve");
    const token = newJwt({ sub });
    expect(await comes({ token, guest: guest.token })).toMatchObject(refusal("forbidden"));
    expect(await comes({ token })).toMatchObject({ user });
    expect(await comes({ token: guest.token })).toMatchObject({ user: guest.user });
  });

  test("is taken for nobody, with a token that has ended, or of somebody who has signed in", async () => {
    const member = await comes({ token: newJwt() });
    for (const guest of ["", "nonsense", member.token]) {
      const { user } = await comes({ token: newJwt(), guest });
      expect(user.id).not.toBe(member.user.id);
    }
  });
});

describe("a client that connects with a JWT each time", () => {
  const mine = (claims: object) => newJwt({ iss: "https://me.example", aud: "chat", ...claims });

  test("gets no session, and stays until the JWT expires: then it is told so, and closed", async () => {
    const [room, connectionId, bob] = [newRoomId(), newConnectionId(), await newPerson("bob")];
    const session = await connect(connectionId, { token: mine({ exp: seconds() + 60 }) });
    expect(session).not.toHaveProperty("token");
    const isPid = ({ packet }: (typeof posted)[number]) =>
      packet.type === "connect" && "pid" in Object(packet.data);
    expect(posted.filter((post) => post.connectionId === connectionId).some(isPid)).toBe(false);
    expect(await emit(connectionId, "link", {})).toMatchObject({ error: { code: "forbidden" } });
    for (const one of [connectionId, bob.connectionId]) await emit(one, "joinRoom", { room });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(await emit(connectionId, "message", newMessage(room))).toMatchObject({
      error: { code: "unauthorized" },
    });
    await emit(bob.connectionId, "message", newMessage(room));
    expect(pushes(connectionId, "message")).toEqual([]);
    await sweep({}, lambdaContext());
    expect(pushes(connectionId, "error")).toEqual([
      expect.objectContaining({ code: "unauthorized" }),
    ]);
    expect(closed).toContain(connectionId);
    expect(closed).not.toContain(bob.connectionId);
  });

  test("is the same person with the next JWT, in the rooms of before", async () => {
    const [sub, room, connectionId] = [newSubject(), newRoomId(), newConnectionId()];
    const { user } = await connect(connectionId, { token: mine({ sub }) });
    await emit(connectionId, "joinRoom", { room });
    const again = await comes({ token: mine({ sub }) });
    expect(again.user).toEqual(user);
    expect(again.rooms.map(({ id }: { id: string }) => id)).toContain(room);
  });

  test("is one person with all connections, when two of them are the first at once", () =>
    interleave(async () => {
      const [sub, room, one, other] = [
        newSubject(),
        newRoomId(),
        newConnectionId(),
        newConnectionId(),
      ];
      const come = (id: string) => connect(id, { token: mine({ sub }) });
      return {
        first: () => come(one),
        second: async () => {
          expect(await come(other)).toHaveProperty("user");
          await emit(other, "joinRoom", { room });
        },
        check: async (position) => {
          const { user } = await come(newConnectionId());
          const ids = (await tabsOf(user.id)).map(({ connectionId }) => connectionId);
          expect(ids, position).toEqual(expect.arrayContaining([one, other]));
          for (const id of [one, other]) {
            const ack = await emit(id, "message", newMessage(room));
            expect(ack, `${id} ${position}`).toMatchObject({ ok: true });
          }
        },
      };
    }));

  test(`closes the connection that was opened first with the ${MAX_CONNECTIONS + 1}st`, async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const token = mine({});
    const ids = Array.from({ length: MAX_CONNECTIONS + 1 }, newConnectionId)
      .toSorted()
      .reverse();
    for (const id of ids) {
      vi.setSystemTime(Date.now() + 1_000);
      await connect(id, { token });
    }
    expect(closed).toEqual(ids.slice(0, 1));
  });

  test("is not the person with the same subject at the provider", async () => {
    const sub = newSubject();
    const [one, other] = [
      await comes({ token: mine({ sub }) }),
      await comes({ token: newJwt({ sub }) }),
    ];
    expect(one.user.id).not.toBe(other.user.id);
    await newTab(other.token);
  });
});
