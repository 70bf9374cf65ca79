import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * The bundles of the functions take this in the place of @aws-sdk/credential-provider-node
 * (infra/functions.ts). DynamoDB's client asks that for credentials if it is given none. It looks in
 * seven places, of which Lambda uses only the environment; the others, with clients of their own for
 * STS and SSO, were 160 KB of each bundle and a third of its start.
 */
export const defaultProvider = fromEnv;
