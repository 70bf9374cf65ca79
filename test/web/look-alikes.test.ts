import { describe, expect, test } from "vitest";
import { isImitation } from "../../web/chat/people/look-alikes.ts";
import { withPeople } from "../../web/chat/people/names.ts";
import { parse } from "../../web/markdown/parse.ts";

/** Names and links that pass themselves off as others. */

describe("a name", () => {
  const taggedAmong = (...names: string[]) => {
    const users = names.map((name, n) => ({ id: `u${n}`, name }));
    const { namesakes } = withPeople({ people: {}, namesakes: new Set() }, users);
    return users.filter(({ id }) => namesakes.has(id)).map(({ name }) => name);
  };

  test.each([
    ["Ada", "ada"],
    ["Ada", "Adа"],
    ["Ada", "Âda"],
    ["Ada", "𝐀𝐝𝐚"],
    ["Ian", "lan"],
    ["Bob", "B0b"],
    ["Mara", "Rnara", "Mаrа"],
    ["Copa", "Сора"],
    ["Rose", "Ꭱоѕе"],
    ["Ada", "ꓮꓓꓮ", "Ada\u1160", "Ada\u2800"],
    ["Ann-Marie O'Brien", "Ann\u2010Marie O\u2019Brien"],
  ])("that looks like another one's is tagged, and so is that one: %s", (...names) => {
    expect(taggedAmong(...names, "Zoë")).toEqual(names);
  });

  test.each([
    ["Ada", "Ида", "Adam", "A. Da", "Ad"],
    ["Ольга", "Olga", "Olg"],
    ["田中 Tanaka", "たなか", "Tanaka 2"],
    ["Анна-Maria", "Ελένη P.", "Jürgen", "日本Bob", "Łukasz"],
  ])("that looks like no other is not tagged: %s", (...names) => {
    expect(taggedAmong(...names)).toEqual([]);
  });

  test.each([
    "Lobby",
    "LOBBY",
    "l0bby",
    "Sys tem",
    "SYSTEM.",
    "аdmin",
    "Adrnin",
    "Nаtter",
    "Pаul",
    "ꓢystem",
    "ꓡobby",
    "System\u1160",
    "Bobก",
  ])("that is kept for others, or mixes scripts in a word, is tagged by itself: %s", (name) => {
    expect(isImitation(name)).toBe(true);
    expect(taggedAmong(name)).toEqual([name]);
  });
});

describe("a link's host", () => {
  const hostOf = (text: string) => {
    const [line] = parse(text);
    if (typeof line !== "object") throw new Error("The text is no line");
    const link = line.parts.find((part) => typeof part === "object" && part.type === "a");
    if (typeof link !== "object" || link.type !== "a") throw new Error("There is no link");
    return link.host;
  };

  test.each([
    ["[https://accounts.google.com](https://evil.example/login)", "evil.example"],
    ["[www.bank.example](https://evil.example)", "evil.example"],
    ["[**bank**.example/login](https://evil.example)", "evil.example"],
    ["[pay at (bank.example)](https://evil.example)", "evil.example"],
    ["[bank.\u200Bexample](https://evil.example)", "evil.example"],
    ["[http://localhost](https://evil.example)", "evil.example"],
    ["[\u202Eelpmaxe.knab](https://evil.example)", "evil.example"],
    ["[_bank_.com](https://evil.example)", "evil.example"],
    ["[bank._com_](https://evil.example)", "evil.example"],
    ["[bank\\_.com](https://evil.example)", "evil.example"],
    ["[bank.\u200Acom](https://evil.example)", "evil.example"],
    ["[bank.q\u0301om](https://evil.example)", "evil.example"],
    ["[8.8.8.8](https://evil.example)", "evil.example"],
    ["[localhost:3000](https://evil.example)", "evil.example"],
    ["https://bank.example\u2044evil.test/x", "bank.xn--exampleevil-lx3f.test"],
    ["https://bank.example\u2215evil.test", "bank.xn--exampleevil-0h8f.test"],
    ["https://bank.example@evil.example/", "evil.example"],
    ["[аррӏе.com](https://аррӏе.com)", "xn--80ak6aa92e.com"],
    ["https://pаypal.com", "xn--pypal-4ve.com"],
    ["[ada@bank.example](mailto:eve@evil.example)", "eve@evil.example"],
    ["[https://bank.example](mailto:eve@evil.example)", "eve@evil.example"],
    ["[ada@bank.example](https://evil.example)", "evil.example"],
  ])("is shown where the label reads as another address: %s", (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  test.each([
    "https://bank.example/login?to=https://other.example",
    "www.bank.example",
    "See https://bank.example, please",
    "[bank.example/login](https://www.bank.example/login)",
    "[Bank.Example.](https://bank.example)",
    "[the report](https://evil.example)",
    "[v1.2 and 3.14](https://evil.example)",
    "https://münchen.example",
    "[пример.рф/путь](https://пример.рф/путь)",
    "http://localhost:3000/#tea",
    "ada@bank.example",
    "[❤️ this](https://evil.example)",
  ])("is not shown where the label tells it, or says nothing of it: %s", (text) => {
    expect(hostOf(text)).toBeUndefined();
  });
});
