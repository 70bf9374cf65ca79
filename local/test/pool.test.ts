import { expect, test, vi } from "vitest";
import { ExecutionEnvironment, type Surroundings } from "../src/lambda/environment.ts";
import { Pool } from "../src/lambda/pool.ts";

const BACKLOG = 5_000;

/** A pool of one environment, which ends an invocation when the test says so. */
function newPool(ready: Promise<unknown> = Promise.resolve()) {
  const begun: string[] = [];
  let end = (_result: string) => {};
  const environment = Object.assign(Object.create(ExecutionEnvironment.prototype), {
    alive: true,
    invoke: (payload: string) =>
      new Promise<string>((resolve) => {
        begun.push(payload);
        end = resolve;
      }),
    kill: vi.fn(async () => {}),
    ready,
  });
  vi.spyOn(ExecutionEnvironment, "start").mockReturnValue(environment);
  const pool = new Pool({} as Surroundings, 1);
  let looks = 0;
  const run = (client: string, payload: string) => {
    const job = {
      payload,
      requestId: payload,
      origin: "x",
      client,
      cold: false,
      expiresAt: Number.POSITIVE_INFINITY,
      onColdStart() {},
    };
    const counted = new Proxy(job, {
      get(target, name) {
        looks++;
        return Reflect.get(target, name);
      },
    });
    return pool.run(counted);
  };
  return {
    pool,
    environment,
    begun,
    run,
    end: () => end("done"),
    /** How often jobs were looked at meanwhile. */
    looksOf(what: () => void) {
      const before = looks;
      what();
      return looks - before;
    },
  };
}

test("a client's long backlog costs nothing with each arrival, and others are served in their turn", async () => {
  const { pool, begun, run, end, looksOf } = newPool();
  const first = run("many", "0");
  await vi.waitFor(() => expect(begun).toEqual(["0"]));
  const runs: Promise<string>[] = [];
  const arrive = (n: number) => looksOf(() => runs.push(run("many", `${n}`)));
  const costs = Array.from({ length: BACKLOG }, (_, n) => arrive(n + 1));
  expect(costs.at(-1)).toBe(costs[0]);
  const other = run("other", "other");
  const third = run("third", "third");
  end();
  await first;
  // What waits is looked at only to begin it.
  expect(begun).toEqual(["0", "1"]);
  for (const begins of ["other", "third", "2", "3"]) {
    end();
    await vi.waitFor(() => expect(begun.at(-1)).toBe(begins));
  }
  await Promise.all([other, third, runs[0]]);
  await pool.stop();
});

test("a stop ends an environment that is still starting", async () => {
  const { pool, environment, run } = newPool(new Promise(() => {}));
  void run("one", "0");
  await pool.stop();
  expect(environment.kill).toHaveBeenCalled();
});
