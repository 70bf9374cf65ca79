import type { RequestListener } from "node:http";
import { join } from "node:path";
import { target } from "./distribution.ts";
import { startDynamoDb } from "./dynamodb/dynamodb.ts";
import { createTables } from "./dynamodb/tables.ts";
import { type Services, startEndpoints } from "./endpoints.ts";
import { Gateway, refuse } from "./gateway/gateway.ts";
import { Lambda } from "./lambda/lambda.ts";
import type { Substitutes } from "./lambda/variables.ts";
import { type Listener, listen } from "./listener.ts";
import { startSchedules } from "./schedules.ts";
import { createSite } from "./site.ts";
import { readAssembly } from "./template/assembly.ts";
import { readStack, type Stack } from "./template/stack.ts";

export interface RuntimeOptions {
  readonly host: string;
  readonly port: number;
  /** Where the tables and the logs are kept. */
  readonly data: string;
  /** Gives the folder of the synthesised output. */
  readonly synthesize: () => Promise<string>;
  /** Serves the site instead of the template's files. */
  readonly site?: (
    listener: Listener,
  ) => Promise<{ serve: RequestListener; stop(): Promise<void> }>;
  /** See LambdaOptions. */
  readonly retryDelays?: readonly number[];
}

export interface Runtime {
  readonly url: string;
  readonly networkUrls: readonly string[];
  /** Runs the functions of another synthesised output from now on. */
  reload(folder: string): Promise<void>;
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
    const dynamodb = await startDynamoDb(options.data);
    stops.push(() => dynamodb.stop());

    const listener = await listen(options.host, options.port);
    stops.push(() => listener.stop());
    let serve: RequestListener = (_, response) => {
      response.writeHead(503, { "Retry-After": "1" }).end("Starting\n");
    };
    listener.http.on("request", (request, response) => serve(request, response));

    const stack = readStack(await readAssembly(await options.synthesize()));
    await createTables(dynamodb.url, stack.tables);

    let services: Services | undefined;
    const endpoints = await startEndpoints(() => services);
    stops.push(() => endpoints.stop());

    const lambda = new Lambda({
      logs: join(options.data, "logs"),
      substitutes: substitutes(stack, listener, endpoints.url, dynamodb.url),
      retryDelays: options.retryDelays,
    });
    lambda.deploy(stack.functions);
    const gateway = new Gateway(stack.api, lambda);
    services = { gateway, lambda };
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
    serve = (request, response) => {
      switch (target(request.url ?? "/", stack.api, stack.distribution)) {
        case "api":
          return response.writeHead(426, { Upgrade: "websocket" }).end("Upgrade required\n");
        case "forbidden":
          return response.writeHead(403).end("Forbidden\n");
        default:
          return serveSite(request, response);
      }
    };
    listener.http.on("upgrade", (request, socket, head) => {
      switch (target(request.url ?? "/", stack.api, stack.distribution)) {
        case "api":
          return void gateway.upgrade(request, socket, head);
        case "forbidden":
          return refuse(socket, 403);
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
      networkUrls: listener.networkUrls,
      async reload(folder) {
        lambda.deploy(readStack(await readAssembly(folder)).functions);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The three things of AWS that something else stands for here; the third is the site's upload. */
function substitutes(
  { api, distribution }: Stack,
  { origins }: Listener,
  endpoints: string,
  dynamodb: string,
): Substitutes {
  const texts = new Map([[`https://${api.domainName}`, endpoints]]);
  if (distribution !== undefined)
    texts.set(`https://${distribution.domainName}`, origins.join(","));
  return {
    texts,
    endpoints: { AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL_LAMBDA: endpoints },
  };
}
