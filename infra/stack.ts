import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { readOrigins } from "./context.ts";
import { Functions } from "./functions.ts";
import { Jobs } from "./jobs.ts";
import { Site } from "./site.ts";
import { SocketApi } from "./socket-api.ts";
import { Tables } from "./tables.ts";

/** Everything there is: one stack, deployed without an edit. */
export class NatterStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const tables = new Tables(this, "Tables");
    const api = new SocketApi(this, "Socket");
    const functions = new Functions(this, "Functions", { tables, api });
    api.serve(functions.socket);
    const site = new Site(this, "Site", { api, originKey: functions.originKey });
    functions.admit([site.origin, ...readOrigins(this.node)]);
    new Jobs(this, "Jobs", functions);

    new CfnOutput(this, "SiteUrl", { description: "The page", value: `${site.origin}/` });
    new CfnOutput(this, "SocketUrl", {
      description: "The socket, for io() and bare WebSockets",
      value: `wss://${site.domainName}${api.path}`,
    });
  }
}
