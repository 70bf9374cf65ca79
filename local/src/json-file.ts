import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { StartError } from "./start-error.ts";

/**
 * The content of a JSON file.
 * @param edit changes the text before it is parsed
 * @throws {StartError} that names the file and what is wrong with it
 */
export async function readJsonFile<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  edit = (text: string) => text,
): Promise<v.InferOutput<Schema>> {
  try {
    return v.parse(schema, JSON.parse(edit(await readFile(file, "utf8"))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${file} cannot be used: ${reason}`);
  }
}
