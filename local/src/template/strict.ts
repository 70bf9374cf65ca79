import * as v from "valibot";

/**
 * The properties of a resource: those with an effect, and by name those without an effect on one
 * machine. Every other property is refused, so that nothing is ignored silently.
 * @param refused why a property is refused, if there is more to say than that
 */
export function strict<const Entries extends v.ObjectEntries>(
  entries: Entries,
  inert = "",
  refused: Readonly<Record<string, string>> = {},
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, undefined>>> {
  const object = v.object(entries);
  const known = new Set([...Object.keys(entries), ...inert.split(" ")]);
  return v.pipe(
    v.unknown(),
    // strictObject would report the first unknown property only.
    v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
      const parsed = v.safeParse(object, input, { message: problem });
      for (const { message, path } of parsed.issues ?? []) addIssue({ message, path });
      if (!isObject(input)) return NEVER;
      for (const [key, value] of Object.entries(input)) {
        if (known.has(key)) continue;
        const message = refused[key] === undefined ? UNKNOWN : `${UNKNOWN}: ${refused[key]}`;
        addIssue({ message, path: [{ type: "object", origin: "value", input, key, value }] });
      }
      return parsed.success ? parsed.output : NEVER;
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const UNKNOWN = "is not supported";

/** The value as its schema parses it, or a sentence for each thing that is wrong with it. */
export function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): { output: v.InferOutput<Schema> } | { problems: string[] } {
  const parsed = v.safeParse(schema, value, { message: problem });
  if (parsed.success) return { output: parsed.output };
  return {
    problems: parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ""} ${issue.message}`.trim()),
  };
}

function problem({ type, expected, received }: v.BaseIssue<unknown>): string {
  if (received === "undefined") return "is missing";
  if (type === "literal" || type === "picklist") return `is ${received}; only ${expected} runs`;
  return `is ${received} instead of ${expected}`;
}
