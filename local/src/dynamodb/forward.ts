import { Pool } from "undici";
import type { Answer } from "../aws/operation.ts";
import type { Forward } from "./request.ts";

/** Kept-alive connections to the engine. */
const CONNECTIONS = 32;

/**
 * Sends requests to a DynamoDB engine. Engines want a signature and do not check it; ours holds the
 * secret without which the engine serves nobody.
 */
export function forwardTo(
  url: string,
  secret: string,
): { forward: Forward; stop(): Promise<void> } {
  const pool = new Pool(url, { connections: CONNECTIONS });
  return {
    async forward(operation, body): Promise<Answer> {
      const {
        statusCode,
        headers,
        body: answer,
      } = await pool.request({
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `DynamoDB_20120810.${operation}`,
          "x-amz-date": "20000101T000000Z",
          authorization: `AWS4-HMAC-SHA256 Credential=local/20000101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${secret}`,
        },
        body,
      });
      return {
        status: statusCode,
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amzn-requestid": String(headers["x-amzn-requestid"] ?? ""),
        },
        body: await answer.text(),
      };
    },
    // Waits for the requests that are on their way.
    stop: () => pool.close(),
  };
}
