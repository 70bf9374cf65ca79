// The parts that dynalite's HTTP server is made of, as far as they are used here.

declare module "dynalite/db/index.js" {
  export interface Value {
    readonly S?: string;
    readonly N?: string;
    readonly B?: string;
    readonly SS?: readonly string[];
    readonly NS?: readonly string[];
    readonly BS?: readonly string[];
    readonly L?: readonly Value[];
    readonly M?: Item;
  }

  export type Item = Readonly<Record<string, Value>>;

  /** The items of a table or an index. */
  export interface Items {
    createValueStream(range: object): AsyncIterable<Item>;
  }

  export interface Store {
    readonly db: {
      open(): Promise<void>;
      keys(range: object): AsyncIterable<string>;
      values(range: object): AsyncIterable<Item>;
      createKeyStream(range: object): NodeJS.ReadableStream;
      createValueStream(range: object): AsyncIterable<Item>;
    };
    readonly tableDb: {
      get(key: string, callback: (error: unknown, table?: object) => void): void;
      put(key: string, table: object, callback: (error: unknown) => void): void;
      del(key: string, callback: (error: unknown) => void): void;
    };
    getItemDb(table: string): Items;
    getIndexDb(...names: string[]): Items;
    readonly lifecycleManager: { gracefulClose(): Promise<void> };
  }

  const db: {
    create(options: object): Store;
    itemSize(item: Item): number;
    addConsumedCapacity(
      request: { readonly TableName: string; readonly ConsistentRead?: boolean },
      isRead: boolean,
      ...items: (Item | undefined)[]
    ): object;
    checkConditional(request: { readonly Item?: Item }, item?: Item): Error | null;
  };
  export default db;
}

declare module "dynalite/validations/index.js" {
  /** The parameters of any operation. */
  export interface Request {
    readonly TableName?: string;
    readonly ConsistentRead?: boolean;
    Limit?: number;
    ReturnConsumedCapacity?: string;
  }

  const validations: {
    toLowerFirst(text: string): string;
    checkTypes(input: Request, types: object): Request;
    checkValidations(request: Request, types: object, custom: object, store: object): void;
  };
  export default validations;
}
