/** Why a value of the template cannot be resolved; the message continues from its resource. */
export class Unresolved extends Error {
  override name = "Unresolved";
}

/** What the references in a template resolve to. */
export interface Scope {
  ref(name: string): unknown;
  getAtt(resource: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(name: string, key: string, attribute: string): unknown;
}

/** What `Ref: AWS::NoValue` resolves to. The property or list item that holds it is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name)),
  Condition: (name, scope) => scope.condition(text(name)),
  "Fn::GetAtt": (argument, scope) => {
    const [resource = "", ...attribute] =
      typeof argument === "string" ? argument.split(".") : list(argument).map(text);
    return scope.getAtt(resource, attribute.join("."));
  },
  "Fn::Join": (argument, scope) => {
    const [delimiter, items] = list(argument);
    return list(resolve(items, scope)).map(text).join(text(delimiter));
  },
  "Fn::Sub": (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const own = record(resolve(variables, scope));
    return text(template).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal, name) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(own, name)) return text(own[name]);
      const [resource, ...attribute] = name.split(".");
      return text(
        attribute.length > 0 ? scope.getAtt(resource, attribute.join(".")) : scope.ref(name),
      );
    });
  },
  "Fn::Select": (argument, scope) => {
    const [index, items] = list(argument);
    return list(resolve(items, scope))[Number(resolve(index, scope))];
  },
  "Fn::Split": (argument, scope) => {
    const [delimiter, source] = list(argument);
    return text(resolve(source, scope)).split(text(delimiter));
  },
  "Fn::FindInMap": (argument, scope) => {
    const [name, key, attribute] = list(resolve(argument, scope));
    return scope.mapping(text(name), text(key), text(attribute));
  },
  "Fn::If": (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list(argument);
    return resolve(scope.condition(text(condition)) ? whenTrue : whenFalse, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [a, b] = list(argument).map((side) => resolve(side, scope));
    return JSON.stringify(a) === JSON.stringify(b);
  },
  "Fn::And": (argument, scope) => list(argument).every((item) => resolve(item, scope) === true),
  "Fn::Or": (argument, scope) => list(argument).some((item) => resolve(item, scope) === true),
  "Fn::Not": (argument, scope) => resolve(list(argument)[0], scope) !== true,
};

/**
 * The value with every intrinsic function in it replaced by its result.
 * @throws {Unresolved}
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    // The value of a policy's `Condition` is an object, that of the intrinsic function a name.
    if (isIntrinsic(name) && !(name === "Condition" && typeof argument !== "string")) {
      const intrinsic = INTRINSICS[name];
      if (intrinsic === undefined) {
        throw new Unresolved(`uses ${name}, which is not resolved here`);
      }
      return intrinsic(argument, scope);
    }
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolve(item, scope)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

function isIntrinsic(name: string): boolean {
  return name === "Ref" || name === "Condition" || name.startsWith("Fn::");
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Unresolved(`has ${JSON.stringify(value)} where a string is expected`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Unresolved(`has ${JSON.stringify(value)} where a list is expected`);
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return { ...value };
  throw new Unresolved(`has ${JSON.stringify(value)} where a map is expected`);
}
