import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { readContext } from "./context.ts";
import { Functions } from "./functions.ts";
import { Jobs } from "./jobs.ts";
import { SignIn } from "./sign-in.ts";
import { Site } from "./site.ts";
import { SocketApi } from "./socket-api.ts";
import { Tables } from "./tables.ts";

/** Everything there is: one stack, deployed without an edit. */
export class NatterStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const settings = readContext(this.node);
    const tables = new Tables(this, "Tables");
    const api = new SocketApi(this, "Socket");
    const functions = new Functions(this, "Functions", { tables, api });
    api.serve(functions.socket);
    const signIn = new SignIn(this, "SignIn", settings);
    const { originKey } = functions;
    const site = new Site(this, "Site", { api, originKey, origins: signIn.origins });
    const told = signIn.tell(site.origin);
    site.upload(told.page);
    functions.admit([site.origin, ...settings.origins], told.functions);
    new Jobs(this, "Jobs", functions);

    new CfnOutput(this, "SiteUrl", { description: "The page", value: `${site.origin}/` });
    new CfnOutput(this, "SocketUrl", {
      description: "The socket, for io() and bare WebSockets",
      value: `wss://${site.domainName}${api.path}`,
    });
  }
}
