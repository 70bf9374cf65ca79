import type { IncomingMessage, RequestListener } from "node:http";
import { join } from "node:path";
import { Counters } from "./aws/counters.ts";
import { openDynamoDb } from "./dynamodb/dynamodb.ts";
import { startEndpoints } from "./endpoint/endpoint.ts";
import type { Services } from "./endpoint/services.ts";
import type { Faults } from "./faults.ts";
import { Gateway } from "./gateway/gateway.ts";
import { refuse } from "./gateway/handshake.ts";
import { Lambda } from "./lambda/lambda.ts";
import { Tasks } from "./lambda/tasks.ts";
import type { Substitutes } from "./lambda/variables.ts";
import { type Listener, listen } from "./listener.ts";
import { startSchedules } from "./schedules.ts";
import { type Target, target } from "./site/distribution.ts";
import { createSite } from "./site/static-files.ts";
import { readAssembly } from "./template/assembly.ts";
import { readStack, type Stack } from "./template/stack.ts";

export interface RuntimeOptions {
  readonly host: string;
  readonly port: number;
  /** Where the tables and the logs are kept. */
  readonly data: string;
  /** Gives the folder of the synthesised output. */
  readonly synthesize: () => Promise<string>;
  /** The stack that runs, where the output has several. */
  readonly stack?: string;
  /** Serves the site instead of the template's files. */
  readonly site?: (
    listener: Listener,
  ) => Promise<{ serve: RequestListener; stop(): Promise<void> }>;
  /** See LambdaOptions. */
  readonly retryDelays?: readonly number[];
  /** For tests only. */
  readonly faults?: Faults;
}

export interface Runtime {
  readonly url: string;
  /** Of DynamoDB, Lambda and the management API. */
  readonly endpoint: string;
  readonly counters: Counters;
  /** Where the stack has no site that clients find it by. */
  readonly socketUrl?: string;
  readonly networkUrls: readonly string[];
  /** Runs the functions of another synthesised output from now on. */
  reload(folder: string): Promise<void>;
  /** Ends a connection as a network that fails does; for tests. */
  cut(connectionId: string): void;
  /** Lets what runs finish, within bounds, and closes everything. */
  stop(): Promise<void>;
}

/** How long a stop waits, in milliseconds; together less than the 10 s that a Docker stop has. */
const DRAIN = { running: 5_000, disconnects: 3_000 };

/** Starts the stack part by part. Stopping is the reverse. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const faults = options.faults ?? {};
    const openTables = await openDynamoDb(options.data, stops);

    const listener = await listen(options.host, options.port);
    stops.push(() => listener.stop());
    let serve: RequestListener = (_, response) => {
      response.writeHead(503, { "Retry-After": "1" }).end("Starting\n");
    };
    listener.http.on("request", (request, response) => serve(request, response));

    const stack = readStack(await readAssembly(await options.synthesize(), options.stack));
    const dynamodb = await openTables(stack.tables, faults.staleRead !== undefined);

    let services: Services | undefined;
    const endpoints = await startEndpoints(() => services, endpointPort(options.port));
    stops.push(() => endpoints.stop());

    const counters = new Counters();
    const lambda = new Lambda({
      logs: join(options.data, "logs"),
      substitutes: substitutes(stack, listener, endpoints.url),
      counters,
      retryDelays: options.retryDelays,
      faults,
    });
    const tasks = await Tasks.create();
    stops.push(() => tasks.remove());
    lambda.deploy(await tasks.place(stack.functions));
    const gateway = new Gateway(stack.api, lambda, faults);
    services = { dynamodb, gateway, lambda, counters, faults };
    stops.push(
      () => lambda.stop(),
      () => lambda.idle(DRAIN.disconnects),
      () => gateway.close(),
      () => lambda.idle(DRAIN.running),
    );

    const stopSchedules = startSchedules(stack.schedules, lambda);
    stops.push(stopSchedules);

    const site = await options.site?.(listener);
    if (site !== undefined) stops.push(() => site.stop());
    const serveSite = site?.serve ?? createSite(stack.deployments, stack.distribution);
    const lead = (request: IncomingMessage): Target | { to: "failed" } => {
      try {
        const led = target(request, stack.api, stack.distribution);
        if (led.to !== "viewer") request.url = led.url;
        return led;
      } catch (error) {
        console.error(String(error));
        return { to: "failed" };
      }
    };
    serve = (request, response) => {
      const led = lead(request);
      switch (led.to) {
        case "viewer": {
          const { statusCode, headers, body } = led.answer;
          for (const [name, { value }] of Object.entries(headers)) response.setHeader(name, value);
          return response.writeHead(statusCode).end(body?.data);
        }
        case "api":
          return response.writeHead(426, { Upgrade: "websocket" }).end("Upgrade required\n");
        case "forbidden":
          return response.writeHead(403).end("Forbidden\n");
        case "failed":
          return response.writeHead(503).end("The distribution's function failed\n");
        default:
          return serveSite(request, response);
      }
    };
    listener.http.on("upgrade", (request, socket, head) => {
      // From here on it is ours, with its errors.
      socket.on("error", () => socket.destroy());
      const led = lead(request);
      switch (led.to) {
        case "viewer":
          return refuse(socket, led.answer.statusCode);
        case "api":
          return void gateway.upgrade(request, socket, head);
        case "forbidden":
          return refuse(socket, 403);
        case "failed":
          return refuse(socket, 503);
        default:
          // Vite's own socket, in dev.
          if (request.headers["sec-websocket-protocol"]?.startsWith("vite-") && site) return;
          return refuse(socket, stack.distribution === undefined ? 403 : 404);
      }
    });
    stops.push(() => {
      listener.drain();
      gateway.drain();
    });

    return {
      url: listener.url,
      endpoint: endpoints.url,
      counters,
      ...(stack.distribution === undefined && {
        socketUrl: `${listener.url.replace("http", "ws")}/${stack.api.stage}`,
      }),
      networkUrls: listener.networkUrls,
      async reload(folder) {
        const { functions } = readStack(await readAssembly(folder, options.stack));
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

/** Where one would look for it, and not a port that a second start would take for its page. */
function endpointPort(port: number): number {
  return port === 0 ? 0 : (port + 10_000) % 65_536;
}

/** What stands for things of AWS here; docs/local.md lists it, with the site's upload. */
function substitutes(
  { api, distribution }: Stack,
  { origins }: Listener,
  endpoints: string,
): Substitutes {
  const texts = new Map([[`https://${api.domainName}`, endpoints]]);
  if (distribution !== undefined)
    texts.set(`https://${distribution.domainName}`, origins.join(","));
  return {
    texts,
    hosts: { [api.domainName.toLowerCase()]: Number(new URL(endpoints).port) },
    endpoints: { AWS_ENDPOINT_URL_DYNAMODB: endpoints, AWS_ENDPOINT_URL_LAMBDA: endpoints },
  };
}
