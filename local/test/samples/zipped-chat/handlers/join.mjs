import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient();

export async function handler({ requestContext, queryStringParameters }) {
  await client.send(
    new PutItemCommand({
      TableName: process.env.CONNECTIONS,
      Item: {
        id: { S: requestContext.connectionId },
        room: { S: queryStringParameters?.room ?? "main" },
      },
    }),
  );
  return { statusCode: 200 };
}
