import { chmodSync, mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { REGION, URL_SUFFIX } from "./arn.ts";
import { Counters } from "./aws/counters.ts";
import { createTables, openEngine } from "./dynamodb/engine.ts";
import { type Services, startEndpoint } from "./endpoint/endpoint.ts";
import type { Faults } from "./faults.ts";
import { Gateway } from "./gateway/gateway.ts";
import { Lambda } from "./lambda/lambda.ts";
import { createTasks } from "./lambda/tasks.ts";
import { type Listener, listen, listenNear } from "./listener.ts";
import { openS3 } from "./s3/s3.ts";
import { startSchedules } from "./schedules.ts";
import { type SiteServer, serve, serveBucket, starting } from "./serve.ts";
import { serveFiles } from "./site/static-files.ts";
import { StartError } from "./start-error.ts";
import { readAssembly } from "./template/assembly.ts";
import type { CorsRule } from "./template/read-buckets.ts";
import { readStack, type StackDefinition } from "./template/read-stack.ts";

export { type Counters, type Counts, printStatistics } from "./aws/counters.ts";
export type { Answer, AwsCall } from "./aws/operation.ts";
export type { Clocks, Faults, RunningFunction } from "./faults.ts";
export { readOrigin } from "./listener.ts";
export { stopWithProcess } from "./process-end.ts";
export type { SiteServer } from "./serve.ts";
export { StartError } from "./start-error.ts";

export interface RunOptions {
  /**
   * The folder of a CDK app's synthesised output, or a function that makes it and returns its path.
   * The function is called once port and data folder are known to be usable.
   */
  readonly assembly: string | (() => Promise<string>);
  /** The name of the stack to run, if the app has several. */
  readonly stack?: string | undefined;
  /** The default is `localhost`; `0.0.0.0` lets other machines in. */
  readonly host?: string | undefined;
  /** The default is 3000; 0 takes any free port. */
  readonly port?: number | undefined;
  /** The folder of the tables, the buckets and the logs; the default is `.cdk-websocket-local`. */
  readonly data?: string | undefined;
  /** How many invocations of each function run at once, where Lambda has a thousand; the default is 4. */
  readonly environments?: number | undefined;
  /** Serves the site instead of the files that the stack would upload. */
  readonly site?: ((http: Server) => Promise<SiteServer>) | undefined;
  /** Further origins that the functions are told to allow, such as `http://localhost:8080`. */
  readonly origins?: readonly string[] | undefined;
  /** For tests. */
  readonly faults?: Faults | undefined;
}

export interface Running {
  /** The site's URL. */
  readonly url: string;
  /** The API's URL; absent if a distribution routes to the API. */
  readonly socketUrl?: string;
  /** The URL of the AWS APIs: DynamoDB, Lambda, S3 and the management API. */
  readonly endpoint: string;
  /** The addresses of the site for other machines. */
  readonly networkUrls: readonly string[];
  readonly counters: Counters;
  /** Replaces the functions' code, variables and roles with those of another synthesised output. */
  reload(assembly: string): Promise<void>;
  /** Ends a connection without a close frame, as a broken network does. */
  cut(connectionId: string): void;
  /** Lets what runs finish, for at most eight seconds, and closes everything. */
  stop(): Promise<void>;
}

/** More environments take more memory and CPU time than they save on one machine. */
const ENVIRONMENTS = 4;

/** How long each step of a stop waits, in ms: together less than the 10 s that containers get. */
const DRAIN = { running: 5_000, disconnects: 3_000 };

/**
 * Runs a stack: its parts start in order, and stop in the reverse order.
 * @throws {StartError} if it cannot run
 */
export async function run(options: RunOptions): Promise<Running> {
  const { assembly, faults = {}, host = "localhost", port = 3000 } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const data = makeDataFolder(resolve(options.data ?? ".cdk-websocket-local"));
    const dynamodb = await openEngine(data);
    stops.push(() => dynamodb.stop());

    const listener = await listen(host, port);
    stops.push(() => listener.stop());
    let answer = starting;
    listener.http.on("request", (request, response) => answer(request, response));

    const folder = typeof assembly === "string" ? assembly : await assembly();
    const read = async (folder: string) => readStack(await readAssembly(folder, options.stack));
    const deployed = await read(folder);
    await createTables(dynamodb, deployed.tables);

    let services: Services | undefined;
    const endpoint = await startEndpoint(() => services, portAfter(port, 10_000));
    stops.push(() => endpoint.stop());

    const counters = new Counters();
    const origins = [...listener.origins, ...(options.origins ?? [])];
    const bucketListener = deployed.front && (await listenNear(host, portAfter(port, 20_000)));
    stops.push(() => bucketListener?.stop());
    const texts = addresses(deployed, origins, endpoint.url, bucketListener);
    const stack = placed(deployed, texts);
    const lambda = new Lambda({
      logs: join(data, "logs"),
      endpoint: { ...endpoint, hosts: awsHosts(stack) },
      environments: options.environments ?? ENVIRONMENTS,
      counters,
      faults,
    });
    const tasks = await createTasks(data);
    stops.push(() => tasks.remove());
    lambda.deploy(await tasks.place(stack.functions));
    const gateway = new Gateway(stack.api, lambda, faults);
    const control = { lambda, counters, faults };
    const s3 = await openS3(data, stack.buckets, control);
    stops.push(() => s3.stop());
    const { front, distribution } = stack;
    if (front) bucketListener?.http.on("request", serveBucket(s3, front));
    services = { dynamodb, gateway, s3, ...control };
    stops.push(
      () => lambda.stop(),
      () => lambda.idle(DRAIN.disconnects),
      () => gateway.close(),
      () => lambda.idle(DRAIN.running),
      startSchedules(stack.schedules, lambda),
    );

    const site = await options.site?.(listener.http);
    if (site !== undefined) stops.push(() => site.stop());
    const files = { serve: serveFiles(stack.uploads, distribution) };
    answer = serve(listener, stack, gateway, site ?? files);
    stops.push(() => {
      listener.drain();
      gateway.drain();
    });

    return {
      url: listener.url,
      ...(distribution === undefined && {
        socketUrl: `${listener.url.replace("http", "ws")}/${stack.api.stage}`,
      }),
      endpoint: endpoint.url,
      networkUrls: listener.networkUrls,
      counters,
      async reload(folder) {
        const { functions } = placed(await read(folder), texts);
        lambda.deploy(await tasks.place(functions));
      },
      cut: (connectionId) => gateway.cut(connectionId),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The data folder is for its owner alone. A folder that existed before keeps its permissions. */
function makeDataFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const part of ["dynamodb", "logs", "s3"]) {
      mkdirSync(join(folder, part), { recursive: true });
      chmodSync(join(folder, part), 0o700);
    }
    return folder;
  } catch {
    throw new StartError(`The data folder ${folder} is not writable; use another.`, "data");
  }
}

/** A predictable port, far from those that a second start would choose for its site. */
function portAfter(port: number, distance: number): number {
  return port === 0 ? 0 : (port + distance) % 65_536;
}

/** AWS's origins, and those of this machine that stand for them; the README lists them. */
function addresses(
  { api, distribution, front }: StackDefinition,
  origins: readonly string[],
  endpoint: string,
  bucket: Listener | undefined,
) {
  const texts = new Map<string, readonly string[]>([
    [`https://${api.domainName}`, [endpoint]],
    [`wss://${api.domainName}`, origins.slice(0, 1).map((one) => one.replace("http", "ws"))],
  ]);
  if (distribution !== undefined) texts.set(`https://${distribution.domainName}`, origins);
  if (front !== undefined && bucket !== undefined) {
    texts.set(`https://${front.domainName}`, [bucket.networkUrls[0] ?? bucket.url]);
  }
  return texts;
}

/**
 * The stack with the addresses of this machine in functions' variables, headers and CORS rules. Where an
 * origin stands by itself, or in a list, all that stand for it are put; within a longer text, the first.
 */
function placed(stack: StackDefinition, texts: ReturnType<typeof addresses>): StackDefinition {
  const here = (text: string) =>
    [...texts].reduce((changed, [from, to]) => {
      const ends = (at: number) => /^(,|$)/.test(changed.slice(at + from.length));
      return changed.replaceAll(from, (_, at) => (ends(at) ? to.join() : `${to[0]}`));
    }, text);
  const values = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, here(value)]));
  const cors = (rule: CorsRule) => ({
    ...rule,
    AllowedOrigins: rule.AllowedOrigins.flatMap((origin) => here(origin).split(",")),
  });
  const { functions, buckets, distribution, front } = stack;
  return {
    ...stack,
    functions: functions.map((one) => ({ ...one, environment: values(one.environment) })),
    buckets: buckets.map((one) => ({ ...one, cors: one.cors.map(cors) })),
    distribution: distribution && { ...distribution, headers: values(distribution.headers) },
    front: front && { ...front, headers: values(front.headers) },
  };
}

/** The hosts whose connections end at the endpoint: some clients do not read AWS_ENDPOINT_URL. */
function awsHosts({ api, buckets }: StackDefinition): string[] {
  const services = ["dynamodb", "lambda"].map((name) => `${name}.${REGION}.${URL_SUFFIX}`);
  return [...services, api.domainName.toLowerCase(), ...buckets.map(({ host }) => host)];
}
