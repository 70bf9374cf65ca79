import { Aws, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  OAuthScope,
  UserPool,
  UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Settings } from "./context.ts";

interface Provider {
  readonly issuer: string;
  readonly clientId: string;
}

/** How people prove who they are: what the functions and the page are told about it. */
export class SignIn extends Construct {
  private readonly settings: Settings;
  private readonly pool: UserPool | undefined;
  /** The origins to which the page sends requests while somebody signs in. */
  readonly origins: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.settings = settings;
    const { oidc, oidcOrigins, cognito, guests } = settings;
    this.origins = oidc ? [new URL(oidc.issuer).origin, ...oidcOrigins] : [];
    if (!cognito) return;
    this.pool = new UserPool(this, "Pool", {
      signInAliases: { email: true },
      autoVerify: { email: true },
      standardAttributes: { nickname: { required: true, mutable: true } },
      // Where guests may come, people may make their own accounts; elsewhere the deployer makes them.
      selfSignUpEnabled: guests,
      featurePlan: FeaturePlan.ESSENTIALS,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // The prefix has to be unique in the Region, and the stack's id has such a part.
    const domainPrefix = Fn.select(2, Fn.split("/", Aws.STACK_ID));
    this.pool.addDomain("Domain", {
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    const { region } = Stack.of(this);
    this.origins = [
      `https://cognito-idp.${region}.amazonaws.com`,
      `https://${domainPrefix}.auth.${region}.amazoncognito.com`,
    ];
  }

  /** @param origin of the site, to which the provider leads people back */
  tell(origin: string) {
    const { guests, lobby, joinKeyHash, sessionDays, oidcClientSecret, jwt } = this.settings;
    const provider = this.settings.oidc ?? this.client(`${origin}/`);
    return {
      functions: {
        guests,
        lobby,
        joinKeyHash,
        sessionDays,
        oidc: provider && { issuer: provider.issuer, audience: provider.clientId },
        jwt,
      },
      page: {
        guests,
        joinKey: joinKeyHash !== undefined,
        signIn: provider && { ...provider, clientSecret: oidcClientSecret },
      },
    };
  }

  private client(home: string): Provider | undefined {
    if (this.pool === undefined) return undefined;
    const { userPoolClientId: clientId } = new UserPoolClient(this, "Client", {
      userPool: this.pool,
      // The page keeps no secret. Without one the client has to use PKCE.
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: [home],
        logoutUrls: [home],
      },
      preventUserExistenceErrors: true,
    });
    // Without a style, managed login shows an error.
    new CfnManagedLoginBranding(this, "Style", {
      userPoolId: this.pool.userPoolId,
      clientId,
      useCognitoProvidedValues: true,
    });
    return { issuer: this.pool.userPoolProviderUrl, clientId };
  }
}
