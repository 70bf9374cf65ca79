import { DeleteItemCommand, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

const client = new DynamoDBClient();
const TableName = process.env.CONNECTIONS;

export async function inRoom(room) {
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "byRoom",
      KeyConditionExpression: "room = :room",
      ExpressionAttributeValues: { ":room": { S: room } },
    }),
  );
  return Items.map((item) => unmarshall(item).id);
}

export async function remove(id) {
  await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
}
