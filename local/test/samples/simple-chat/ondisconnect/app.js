const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, DeleteCommand } = require("@aws-sdk/lib-dynamodb");

const ddb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { connectionId } = event.requestContext;
  await ddb.send(new DeleteCommand({ TableName: process.env.TABLE_NAME, Key: { connectionId } }));
  console.log("Removed", connectionId);
  return { statusCode: 200, body: "Disconnected." };
};
