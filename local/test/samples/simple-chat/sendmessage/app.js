const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, DeleteCommand, ScanCommand } = require("@aws-sdk/lib-dynamodb");
const {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} = require("@aws-sdk/client-apigatewaymanagementapi");

const ddb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

exports.handler = async (event) => {
  const { domainName, stage } = event.requestContext;
  const callback = new ApiGatewayManagementApiClient({
    endpoint: `https://${domainName}/${stage}`,
  });

  const { Items } = await ddb.send(
    new ScanCommand({ TableName, ProjectionExpression: "connectionId" }),
  );
  const { data } = JSON.parse(event.body);
  const message = JSON.stringify({ data, connections: Items.length });

  await Promise.all(
    Items.map(async ({ connectionId }) => {
      try {
        await callback.send(
          new PostToConnectionCommand({ ConnectionId: connectionId, Data: message }),
        );
      } catch (err) {
        if (err.$metadata?.httpStatusCode !== 410) throw err;
        console.log(`Found stale connection, deleting ${connectionId}`);
        await ddb.send(new DeleteCommand({ TableName, Key: { connectionId } }));
      }
    }),
  );
  return { statusCode: 200, body: "Data sent." };
};
