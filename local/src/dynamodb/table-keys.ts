import type { TableDefinition } from "../template/read-tables.ts";

/** The names of the key attributes of tables and their indexes. */
export class TableKeys {
  readonly #schemas = new Map<string, TableDefinition["KeySchema"]>();

  constructor(tables: readonly TableDefinition[]) {
    for (const table of tables) {
      const { name, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = table;
      this.#schemas.set(name, table.KeySchema);
      for (const { IndexName, KeySchema } of [
        ...GlobalSecondaryIndexes,
        ...LocalSecondaryIndexes,
      ]) {
        this.#schemas.set(`${name}/${IndexName}`, KeySchema);
      }
    }
  }

  /** The partition key of a table or an index. */
  partitionKey(table: string, index?: string): string | undefined {
    return this.#schema(table, index).find(({ KeyType }) => KeyType === "HASH")?.AttributeName;
  }

  /** The keys of a table. */
  names(table: string): string[] {
    return this.#schema(table).map(({ AttributeName }) => AttributeName);
  }

  #schema(table: string, index?: string): TableDefinition["KeySchema"] {
    const name = table.replace(/^arn:.*:table\//, "");
    return this.#schemas.get(index === undefined ? name : `${name}/${index}`) ?? [];
  }
}
