import type * as v from "valibot";
import { ACCOUNT, arn, PARTITION, REGION, URL_SUFFIX } from "../arn.ts";
import { StartError } from "../start-error.ts";
import type { TemplateFile } from "./assembly.ts";
import { NO_VALUE, resolve, type Scope, Unresolved } from "./intrinsics.ts";
import { type ResourceType, refusedType, resourceType } from "./resource-types.ts";
import { parse } from "./strict.ts";

interface Resource<Properties> {
  readonly id: string;
  /** What Ref returns. */
  readonly name: string;
  readonly properties: Properties;
}

/** A resource that cannot run, as it is shown to the developer. */
interface Refused {
  readonly construct: string;
  readonly type: string;
  readonly why: string;
}

/** A stack's template. The parts that cannot run are collected, so that all are shown at once. */
export class Template implements Scope {
  readonly #refused: Refused[] = [];
  /** The values that references to refused resources resolve to. */
  readonly #refusedNames = new Set<string>();
  readonly #stack: string;
  readonly #file: TemplateFile;
  /** The logical ids of the resources whose condition holds and whose type runs. */
  readonly #present: readonly string[];

  constructor(stack: string, file: TemplateFile) {
    this.#stack = stack;
    this.#file = file;
    this.#present = Object.keys(file.Resources).filter((id) => this.#isPresent(id));
  }

  /** The resources of these types. Those that do not parse are refused and left out. */
  all<Schema extends v.GenericSchema>(
    types: string | readonly string[],
    schema: Schema,
    where: (id: string) => boolean = () => true,
  ): Resource<v.InferOutput<Schema>>[] {
    return this.#present
      .filter((id) => [types].flat().includes(this.#file.Resources[id]?.Type ?? "") && where(id))
      .flatMap((id) => {
        const properties = this.#try(id, () => resolve(this.#file.Resources[id]?.Properties, this));
        if (properties === undefined) return [];
        const parsed = parse(schema, properties);
        if ("output" in parsed) return [{ id, name: this.#name(id), properties: parsed.output }];
        for (const problem of parsed.problems) this.refuse(id, problem);
        return [];
      });
  }

  /** Notes that a resource cannot run, unless `about` names another one that cannot. */
  refuse(id: string, why: string, about?: unknown): void {
    if (about !== undefined && this.#namesRefused(about)) return;
    this.#refusedNames.add(this.#name(id));
    const { Type: type = "", Metadata } = this.#file.Resources[id] ?? {};
    const construct = Metadata?.["aws:cdk:path"]?.replace(/\/Resource$/, "") ?? id;
    const isKnown = (one: Refused) => one.construct === construct && one.why === why;
    if (!this.#refused.some(isKnown)) this.#refused.push({ construct, type, why });
  }

  /** @throws {StartError} with a table of everything that was refused */
  throwIfRefused(): void {
    if (this.#refused.length === 0) return;
    const rows = [
      ["construct", "type", "why"],
      ...this.#refused.map(({ construct, type, why }) => [construct, type, why]),
    ];
    const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
    const widths = [width(0), width(1), 0];
    const lines = rows.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   "),
    );
    throw new StartError(
      `The stack ${this.#stack} has parts that do not run on one machine:\n\n  ${lines.join("\n  ")}\n`,
    );
  }

  /** The ServiceTokens of the custom resources: functions that only a deployment calls. */
  deploymentFunctions(): Set<unknown> {
    return new Set(
      Object.entries(this.#file.Resources)
        .filter(([, { Type }]) => Type.startsWith("Custom::"))
        .map(([id, { Properties }]) => this.#try(id, () => resolve(Properties.ServiceToken, this))),
    );
  }

  ref(name: string): unknown {
    if (Object.hasOwn(PSEUDO_PARAMETERS, name)) return PSEUDO_PARAMETERS[name]?.(this.#stack);
    if (Object.hasOwn(this.#file.Resources, name)) return this.#name(name);
    const parameter = this.#file.Parameters[name];
    if (parameter === undefined) {
      throw new Unresolved(`refers to ${name}, which is neither a resource nor a known parameter`);
    }
    if (parameter.Default === undefined || parameter.Type.startsWith("AWS::SSM::")) {
      throw new Unresolved(`refers to the parameter ${name}, which has no default value`);
    }
    return parameter.Default;
  }

  getAtt(id: string, attribute: string): unknown {
    const type = this.#typeOf(id);
    const name = this.#name(id);
    // One that is refused has a row of its own already.
    if (type === undefined && this.#namesRefused(name)) return `${name}.${attribute}`;
    const value = type?.attributes?.[attribute];
    if (value === undefined) {
      throw new Unresolved(`refers to ${id}.${attribute}, which has no value here`);
    }
    return value(name);
  }

  condition(name: string): boolean {
    const condition = this.#file.Conditions[name];
    if (condition === undefined) throw new Unresolved(`has the unknown condition ${name}`);
    return resolve(condition, this) === true;
  }

  mapping(name: string, key: string, attribute: string): unknown {
    const value = this.#file.Mappings[name]?.[key]?.[attribute];
    if (value === undefined) {
      throw new Unresolved(
        `asks the mapping ${name} for ${attribute} of ${key}, which is not there`,
      );
    }
    return value;
  }

  #isPresent(id: string): boolean {
    const { Type = "", Condition } = this.#file.Resources[id] ?? {};
    const holds = Condition === undefined || this.#try(id, () => this.condition(Condition));
    if (holds !== true) return false;
    if (resourceType(Type) !== undefined) return true;
    this.refuse(id, refusedType(Type));
    return false;
  }

  /** Whether a value names a refused resource, and therefore is no problem of its own. */
  #namesRefused(value: unknown): boolean {
    const text = JSON.stringify(value) ?? "";
    return [...this.#refusedNames].some((name) => text.includes(name));
  }

  #typeOf(id: string): ResourceType | undefined {
    return resourceType(this.#file.Resources[id]?.Type ?? "");
  }

  #name(id: string): string {
    const resource = this.#file.Resources[id];
    const { name, ref = (name: string) => name } = this.#typeOf(id) ?? {};
    if (resource === undefined || name === undefined) return ref(id);
    try {
      const given = resolve(resource.Properties[name], this);
      return ref(typeof given === "string" ? given : id);
    } catch (error) {
      // It is refused when its own properties are read.
      if (error instanceof Unresolved) return ref(id);
      throw error;
    }
  }

  /** The result of `resolve`, or undefined and a refusal if that is not possible. */
  #try<T>(id: string, resolve: () => T): T | undefined {
    try {
      return resolve();
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.refuse(id, error.message);
      return undefined;
    }
  }
}

const PSEUDO_PARAMETERS: Readonly<Record<string, (stack: string) => unknown>> = {
  "AWS::AccountId": () => ACCOUNT,
  "AWS::NoValue": () => NO_VALUE,
  "AWS::NotificationARNs": () => [],
  "AWS::Partition": () => PARTITION,
  "AWS::Region": () => REGION,
  "AWS::StackId": (stack) =>
    arn("cloudformation", `stack/${stack}/00000000-0000-0000-0000-000000000000`),
  "AWS::StackName": (stack) => stack,
  "AWS::URLSuffix": () => URL_SUFFIX,
};
