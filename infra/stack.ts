import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { readContext } from "./context.ts";
import { Files } from "./files.ts";
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
    const files = new Files(this, "Files");
    const { maxFileMB } = settings;
    const functions = new Functions(this, "Functions", { tables, api, files, maxFileMB });
    api.serve(functions.socket);
    const signIn = new SignIn(this, "SignIn", settings);
    const { originKey } = functions;
    const shared = { origins: signIn.origins, files: files.origin };
    const site = new Site(this, "Site", { api, originKey, ...shared });
    const told = signIn.tell(site.origin);
    site.upload({ ...told.page, maxFileMB });
    const origins = [site.origin, ...settings.origins];
    functions.admit(origins, told.functions);
    files.admit(origins);
    new Jobs(this, "Jobs", functions);

    new CfnOutput(this, "SiteUrl", { description: "The page", value: `${site.origin}/` });
    new CfnOutput(this, "SocketUrl", {
      description: "The socket, for io() and bare WebSockets",
      value: `wss://${site.domainName}${api.path}`,
    });
  }
}
