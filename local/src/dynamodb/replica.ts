import * as v from "valibot";
import type { TableDefinition } from "../template/read-tables.ts";
import type { Forward, Input } from "./request.ts";
import type { TableKeys } from "./table-keys.ts";

type Item = Record<string, unknown>;

const Attributes = v.record(v.string(), v.unknown());
const Write = v.object({ Item: v.optional(Attributes), Key: v.optional(Attributes) });
const BatchWrites = v.array(v.record(v.string(), Write));
const Got = v.object({ Item: v.optional(Attributes) });
const Page = v.object({
  Items: v.optional(v.array(Attributes), []),
  LastEvaluatedKey: v.optional(Attributes),
});

/**
 * The tables as an eventually consistent read may see them: each item as it was before its last
 * write.
 */
export class Replica {
  readonly #primary: Forward;
  readonly #keys: TableKeys;
  /** Sends a request to the engine that lags behind. */
  readonly forward: Forward;

  constructor(primary: Forward, replica: Forward, keys: TableKeys) {
    this.#primary = primary;
    this.#keys = keys;
    this.forward = replica;
  }

  /** Copies the items that are in the tables at the start. */
  async copy(tables: readonly TableDefinition[]): Promise<void> {
    for (const { name: TableName } of tables) {
      for (let ExclusiveStartKey: Item | undefined; ; ) {
        const scan = {
          TableName,
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        };
        const page = v.parse(Page, await ask(this.#primary, "Scan", scan));
        for (const Item of page.Items) await ask(this.forward, "PutItem", { TableName, Item });
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (ExclusiveStartKey === undefined) break;
      }
    }
  }

  /** Performs a write, and keeps the state of its items before it. */
  async follow<T extends { readonly status: number }>(
    name: string,
    input: Input,
    write: () => Promise<T>,
  ): Promise<T> {
    const before = await Promise.all(
      this.#written(name, input).map(async ({ TableName, Key }) => {
        const get = { TableName, Key, ConsistentRead: true };
        return { TableName, Key, ...v.parse(Got, await ask(this.#primary, "GetItem", get)) };
      }),
    );
    const answer = await write();
    if (answer.status !== 200) return answer;
    for (const { TableName, Key, Item } of before) {
      if (Item === undefined) await ask(this.forward, "DeleteItem", { TableName, Key });
      else await ask(this.forward, "PutItem", { TableName, Item });
    }
    return answer;
  }

  #written(name: string, input: Input): { TableName: string; Key: Item }[] {
    const writes =
      name === "BatchWriteItem"
        ? Object.entries(input.RequestItems).flatMap(([TableName, requests]) =>
            v
              .parse(BatchWrites, requests)
              .flatMap((request) =>
                Object.values(request).map((write) => ({ TableName, ...write })),
              ),
          )
        : [{ TableName: input.TableName ?? "", ...v.parse(Write, input) }];
    return writes.map(({ TableName, Item, Key }) => ({
      TableName,
      Key: Object.fromEntries(
        this.#keys.names(TableName).map((attribute) => [attribute, (Key ?? Item)?.[attribute]]),
      ),
    }));
  }
}

async function ask(forward: Forward, operation: string, input: unknown): Promise<unknown> {
  const { status, body = "" } = await forward(operation, JSON.stringify(input));
  // The error of a malformed write is answered by the primary engine.
  return status === 200 ? JSON.parse(body) : {};
}
