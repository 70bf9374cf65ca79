import { resolve } from "node:path";
import { expect, test } from "vitest";
import { HELP, readSettings } from "../../start/settings.ts";

test("the variables and the options are read", () => {
  const env = {
    PORT: "0",
    HOST: "0.0.0.0",
    NATTER_DATA: "data",
    NATTER_ORIGINS: "http://localhost:8080, https://a.example",
  };
  const args = ["-c", "origins=https://b.example", "--context", "a=b=c", "--stats", "--dev"];
  expect(readSettings(env, args)).toEqual({
    port: 0,
    host: "0.0.0.0",
    data: resolve("data"),
    origins: ["http://localhost:8080", "https://a.example"],
    context: { origins: "https://b.example", a: "b=c" },
    dev: true,
    stats: true,
  });
});

test("without variables and options there are defaults", () => {
  expect(readSettings({}, [])).toEqual({
    port: 3000,
    host: "localhost",
    data: resolve(".natter"),
    origins: [],
    context: {},
    dev: false,
    stats: false,
  });
});

test.each(["http", "-1", "65536", "3000x"])("PORT=%s is refused", (PORT) => {
  expect(() => readSettings({ PORT }, [])).toThrow(
    `PORT is "${PORT}"; it must be a number from 0 to 65535.`,
  );
});

test.each(["localhost:8080", "http://localhost:8080/", "ftp://localhost", "*"])(
  "NATTER_ORIGINS=%s is refused",
  (NATTER_ORIGINS) => {
    expect(() => readSettings({ NATTER_ORIGINS }, [])).toThrow(
      `NATTER_ORIGINS has ${NATTER_ORIGINS}, which is not an origin such as http://localhost:8080.`,
    );
  },
);

test.each([
  [["--prod"], "Unknown option '--prod'; npm start -- --help shows the options."],
  [["-c", "origins"], "-c origins is not of the form KEY=VALUE."],
])("the options %j are refused with what to do", (args, message) => {
  expect(() => readSettings({}, args)).toThrow(message);
});

test("--help shows the options and the variables", () => {
  expect(readSettings({}, ["--help"])).toBe("help");
  expect(HELP).toMatch(/--context KEY=VALUE.*NATTER_ORIGINS.*cdk-websocket-local/s);
});
