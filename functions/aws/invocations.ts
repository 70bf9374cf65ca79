import type { LambdaClient } from "@aws-sdk/client-lambda";

let client: LambdaClient | undefined;

/** Invokes a function and does not wait for what it does. */
export async function invokeLater(name: string, payload: object): Promise<void> {
  // Rarely needed, so its import stays out of the cold start.
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  client ??= new LambdaClient({});
  await client.send(
    new InvokeCommand({
      FunctionName: name,
      InvocationType: "Event",
      Payload: JSON.stringify(payload),
    }),
  );
}
