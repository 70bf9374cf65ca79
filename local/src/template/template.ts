import * as v from "valibot";
import { ACCOUNT, PARTITION, REGION, URL_SUFFIX } from "../aws/place.ts";
import { StartError } from "../start-error.ts";
import type { TemplateFile } from "./assembly.ts";
import { NO_VALUE, resolve, type Scope } from "./intrinsics.ts";
import { RESOURCES, type ResourceType } from "./resource-types.ts";

export interface Resource<Properties> {
  readonly id: string;
  /** What Ref gives. */
  readonly name: string;
  readonly properties: Properties;
}

/** A template whose resource types are all known and whose intrinsics all resolve. */
export class Template implements Scope {
  readonly #file: TemplateFile;
  readonly #resources = new Map<string, Resource<unknown> & { readonly type: string }>();

  constructor(file: TemplateFile) {
    this.#file = file;
    const present = Object.entries(file.Resources).filter(
      ([, { Condition }]) => Condition === undefined || this.condition(Condition),
    );
    for (const [id, { Type }] of present) resourceType(id, Type);
    for (const [id, { Type: type, Properties }] of present) {
      const properties = resolve(Properties, this);
      this.#resources.set(id, { id, type, name: this.#name(id), properties });
    }
  }

  /** The resources of a type. A property that the schema does not know is refused by name. */
  all<Schema extends v.GenericSchema>(
    type: string,
    schema: Schema,
    where: (id: string) => boolean = () => true,
  ): Resource<v.InferOutput<Schema>>[] {
    return [...this.#resources.values()]
      .filter((resource) => resource.type === type && where(resource.id))
      .map(({ id, name, properties }) => {
        const parsed = v.safeParse(schema, properties);
        if (parsed.success) return { id, name, properties: parsed.output };
        const [issue] = parsed.issues;
        const path = v.getDotPath(issue) ?? "";
        throw new StartError(
          `Natter cannot run the ${type} ${id} with this ${path}: ${issue.message}`,
        );
      });
  }

  /** The ServiceTokens of the custom resources: functions that only a deployment calls. */
  deploymentFunctions(): Set<unknown> {
    return new Set(
      Object.entries(this.#file.Resources)
        .filter(([, { Type }]) => Type.startsWith("Custom::"))
        .map(([, { Properties }]) => resolve(Properties.ServiceToken, this)),
    );
  }

  ref(name: string): unknown {
    switch (name) {
      case "AWS::AccountId":
        return ACCOUNT;
      case "AWS::NoValue":
        return NO_VALUE;
      case "AWS::Partition":
        return PARTITION;
      case "AWS::Region":
        return REGION;
      case "AWS::URLSuffix":
        return URL_SUFFIX;
    }
    if (Object.hasOwn(this.#file.Resources, name)) return this.#name(name);
    const parameter = this.#file.Parameters[name];
    if (parameter === undefined) {
      throw new StartError(`Natter cannot resolve Ref ${name}: the template has no such thing.`);
    }
    if (parameter.Default === undefined || parameter.Type.startsWith("AWS::SSM::")) {
      throw new StartError(
        `The template's parameter ${name} has no default value that Natter could use.`,
      );
    }
    return parameter.Default;
  }

  getAtt(id: string, attribute: string): unknown {
    const type = this.#file.Resources[id]?.Type ?? "nothing";
    const value = resourceType(id, type).attributes?.[attribute];
    if (value === undefined) {
      throw new StartError(`Natter cannot resolve Fn::GetAtt ${id}.${attribute} of ${type}.`);
    }
    return value(this.#name(id));
  }

  condition(name: string): boolean {
    const condition = this.#file.Conditions[name];
    if (condition === undefined) throw new StartError(`The template has no condition ${name}.`);
    return resolve(condition, this) === true;
  }

  mapping(name: string, key: string, attribute: string): unknown {
    const value = this.#file.Mappings[name]?.[key]?.[attribute];
    if (value === undefined) {
      throw new StartError(
        `Natter cannot resolve Fn::FindInMap: ${name} has no ${attribute} of ${key}.`,
      );
    }
    return value;
  }

  #name(id: string): string {
    const resource = this.#file.Resources[id];
    if (resource === undefined) return id;
    const { name, ref = (name) => name } = resourceType(id, resource.Type);
    const given = name === undefined ? undefined : resolve(resource.Properties[name], this);
    return ref(typeof given === "string" ? given : id);
  }
}

function resourceType(id: string, type: string): ResourceType {
  const known = RESOURCES[type];
  if (known === undefined) {
    throw new StartError(
      `Natter cannot run ${id}, an ${type}: local/src/template/resource-types.ts lists what one machine can do.`,
    );
  }
  return known;
}
