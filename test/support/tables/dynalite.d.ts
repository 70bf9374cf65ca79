declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** The folder of the LevelDB store. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}
