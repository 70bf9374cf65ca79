import type { TableDefinition } from "../template/stack.ts";

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

/** The names of the key attributes of tables and their indexes. */
export class TableKeys {
  readonly #schemas = new Map<string, readonly KeyElement[]>();

  constructor(tables: readonly TableDefinition[]) {
    for (const { name, properties } of tables) {
      this.#schemas.set(name, properties.KeySchema);
      const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = properties;
      for (const { IndexName, KeySchema } of [
        ...GlobalSecondaryIndexes,
        ...LocalSecondaryIndexes,
      ]) {
        this.#schemas.set(`${name}/${IndexName}`, KeySchema);
      }
    }
  }

  /** Of a table or one of its indexes. */
  partitionKey(table: string, index?: string): string | undefined {
    return this.#schema(table, index).find(({ KeyType }) => KeyType === "HASH")?.AttributeName;
  }

  /** Of a table. */
  names(table: string): string[] {
    return this.#schema(table).map(({ AttributeName }) => AttributeName);
  }

  #schema(table: string, index?: string): readonly KeyElement[] {
    const name = table.replace(/^arn:.*:table\//, "");
    return this.#schemas.get(index === undefined ? name : `${name}/${index}`) ?? [];
  }
}
