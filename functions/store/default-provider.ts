/**
 * The bundles of the functions take this in the place of @aws-sdk/credential-provider-node
 * (infra/functions.ts), which DynamoDB's client imports. It looks for credentials in seven places, with
 * clients of its own for STS and SSO: 160 KB of each bundle and a third of its start. Here
 * functions/aws/signing.ts has them.
 */
export const defaultProvider = undefined;
