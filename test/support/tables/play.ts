import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { MemoryTables } from "./memory.ts";

type Client = DynamoDBClient | DynamoDBDocumentClient;

/**
 * Lets tables in memory answer a client of the SDK in place of its endpoint. `send` is replaced,
 * since the SDK's own steps would take longer than the tables.
 */
export function playTables(client: Client, tables: MemoryTables): void {
  const answer =
    client instanceof DynamoDBDocumentClient
      ? (operation: string, input: object) => sendDocument(client, tables, operation, input)
      : (operation: string, input: object) => tables.send(operation, input);
  Object.assign(client, {
    send: (command: Parameters<Client["send"]>[0]) => answer(operationOf(command), command.input),
  });
}

/** A document client's command wraps one of the low-level API, whose class has its name. */
function operationOf(command: object): string {
  const { name } = ("clientCommand" in command ? Object(command.clientCommand) : command)
    .constructor;
  return name.replace(/Command$/, "");
}

type Record = Readonly<{ [name: string]: unknown }>;
type Translate = (item: Record) => Record;

/** The items of a document client's requests and answers have plain JavaScript values. */
async function sendDocument(
  { config: { translateConfig } }: DynamoDBDocumentClient,
  tables: MemoryTables,
  operation: string,
  input: object,
): Promise<object> {
  // The client sets these two for its own use of the same functions.
  const toTables: Translate = (item) =>
    marshall(item, { ...translateConfig?.marshallOptions, convertTopLevelContainer: false });
  const toClient: Translate = (item) =>
    unmarshall(item as { [name: string]: AttributeValue }, {
      ...translateConfig?.unmarshallOptions,
      convertWithoutMapWrapper: false,
    });
  const answer = await tables.send(operation, translateMembers(input, toTables));
  return translateMembers(answer, toClient);
}

function translateMembers(message: object, translate: Translate): object {
  return mapMembers(message, (value, name) => {
    switch (name) {
      case "Key":
      case "Item":
      case "Attributes":
      case "ExclusiveStartKey":
      case "LastEvaluatedKey":
      case "ExpressionAttributeValues":
        return value && translate(value as Record);
      case "Items":
      case "Keys":
        return (value as Record[]).map(translate);
      // By table.
      case "Responses":
        return mapMembers(value as Record, (items) => (items as Record[]).map(translate));
      case "RequestItems":
      case "UnprocessedKeys":
        return mapMembers(value as Record, (one) => translateMembers(one as Record, translate));
      default:
        return value;
    }
  });
}

function mapMembers(object: object, change: (value: unknown, name: string) => unknown): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(value, name)]),
  );
}
