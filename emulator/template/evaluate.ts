import type { Resource, ResourceIdentity, Template } from "./template.ts";
import { accountId, region } from "./resource-identity.ts";
import { requireKnownType } from "./resource-types.ts";

const pseudoParameters: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["AWS::AccountId", accountId],
  ["AWS::NotificationARNs", []],
  ["AWS::NoValue", undefined],
  ["AWS::Partition", "aws"],
  ["AWS::Region", region],
  ["AWS::StackId", `arn:aws:cloudformation:${region}:${accountId}:stack/local/local`],
  ["AWS::StackName", "local"],
  ["AWS::URLSuffix", "amazonaws.com"],
]);

interface EvaluateOptions {
  readonly template: Template;
  readonly identify: (resource: Resource) => ResourceIdentity;
}

type Evaluate = (value: unknown) => unknown;

const asArray = (value: unknown, where: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${where} needs a list, got ${JSON.stringify(value)}`);
  return value as readonly unknown[];
};

const asString = (value: unknown, where: string): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${where} needs a string, got ${JSON.stringify(value)}`);
};

/** The single key of an intrinsic function call such as `{"Fn::Join": …}`, or undefined for a plain object. */
const intrinsicOf = (value: object): string | undefined => {
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return undefined;
  const [key, argument] = entry;
  // Policy documents use "Condition" as a plain key, with an object as its value.
  const isIntrinsic = key === "Ref" || key.startsWith("Fn::") || (key === "Condition" && typeof argument === "string");
  return isIntrinsic ? key : undefined;
};

const substitute = (argument: unknown, evaluate: Evaluate): string => {
  const [text, variables] = typeof argument === "string" ? [argument, {}] : asArray(argument, "Fn::Sub");
  const own = (variables ?? {}) as Readonly<Record<string, unknown>>;
  return asString(text, "Fn::Sub").replaceAll(/\$\{([^}]*)\}/g, (_match, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(own, name)) return asString(evaluate(own[name]), `Fn::Sub of ${name}`);
    return asString(evaluate(name.includes(".") ? { "Fn::GetAtt": name } : { Ref: name }), `Fn::Sub of ${name}`);
  });
};

/**
 * Resolves every intrinsic function of a template; resources whose condition is false are left out.
 *
 * @throws for a resource of a type that the emulator does not know
 */
export const evaluateTemplate = ({ template, identify }: EvaluateOptions): readonly Resource[] => {
  const identities = new Map<string, ResourceIdentity>();
  const inProgress = new Set<string>();

  const once = <Result>(key: string, compute: () => Result): Result => {
    if (inProgress.has(key)) throw new Error(`The template refers to ${key} in a circle`);
    inProgress.add(key);
    try {
      return compute();
    } finally {
      inProgress.delete(key);
    }
  };

  const condition = (name: string): boolean => {
    if (!Object.hasOwn(template.Conditions, name)) throw new Error(`The template has no condition ${name}`);
    return once(`condition ${name}`, () => evaluate(template.Conditions[name]) === true);
  };

  /** Identities rest on name properties alone, which keeps resources that refer to each other out of circles. */
  const identity = (logicalId: string): ResourceIdentity => {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    const declared = template.Resources[logicalId];
    if (declared === undefined) throw new Error(`The template has no resource or parameter ${logicalId}`);
    const names = Object.entries(declared.Properties).filter(([key]) => key === "Name" || key.endsWith("Name"));
    const properties = once(logicalId, () => evaluate(Object.fromEntries(names))) as Resource["properties"];
    const result = identify({ logicalId, type: declared.Type, properties });
    identities.set(logicalId, result);
    return result;
  };

  const reference = (name: string): unknown => {
    if (pseudoParameters.has(name)) return pseudoParameters.get(name);
    const parameter = template.Parameters[name];
    if (parameter === undefined) return identity(name).ref;
    if (parameter.Default === undefined) throw new Error(`The template's parameter ${name} has no default`);
    return parameter.Default;
  };

  const attribute = (argument: unknown): string => {
    const [logicalId, ...path] =
      typeof argument === "string" ? argument.split(".") : asArray(argument, "Fn::GetAtt").map(String);
    const name = path.join(".");
    const value = identity(logicalId ?? "").attributes[name];
    if (value === undefined) throw new Error(`The local runtime has no attribute ${name} for ${logicalId}`);
    return value;
  };

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => reference(asString(argument, "Ref")),
    Condition: (argument) => condition(asString(argument, "Condition")),
    "Fn::GetAtt": attribute,
    "Fn::Join": (argument) => {
      const [separator, parts] = asArray(argument, "Fn::Join");
      return asArray(evaluate(parts), "Fn::Join")
        .map((part) => asString(part, "Fn::Join"))
        .join(asString(separator, "Fn::Join"));
    },
    "Fn::Sub": (argument) => substitute(argument, evaluate),
    "Fn::Select": (argument) => {
      const [index, list] = asArray(argument, "Fn::Select");
      const values = asArray(evaluate(list), "Fn::Select");
      const position = Number(evaluate(index));
      if (!(position in values)) throw new Error(`Fn::Select has no element ${position}`);
      return values[position];
    },
    "Fn::Split": (argument) => {
      const [separator, text] = asArray(argument, "Fn::Split");
      return asString(evaluate(text), "Fn::Split").split(asString(separator, "Fn::Split"));
    },
    "Fn::If": (argument) => {
      const [name, whenTrue, whenFalse] = asArray(argument, "Fn::If");
      return evaluate(condition(asString(name, "Fn::If")) ? whenTrue : whenFalse);
    },
    "Fn::Equals": (argument) => {
      const [left, right] = asArray(argument, "Fn::Equals").map(evaluate);
      return left === right || JSON.stringify(left) === JSON.stringify(right);
    },
    "Fn::And": (argument) => asArray(argument, "Fn::And").every((part) => evaluate(part) === true),
    "Fn::Or": (argument) => asArray(argument, "Fn::Or").some((part) => evaluate(part) === true),
    "Fn::Not": (argument) => !asArray(argument, "Fn::Not").every((part) => evaluate(part) === true),
    "Fn::FindInMap": (argument) => {
      const [map = "", first = "", second = ""] = asArray(argument, "Fn::FindInMap").map((key) =>
        String(evaluate(key)),
      );
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`The template's mapping ${map} has no ${first}.${second}`);
      return value;
    },
  };

  const evaluate: Evaluate = (value) => {
    if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== undefined);
    if (typeof value !== "object" || value === null) return value;
    const intrinsic = intrinsicOf(value);
    if (intrinsic === undefined) {
      const entries = Object.entries(value).map(([key, item]) => [key, evaluate(item)] as const);
      return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
    }
    const call = functions[intrinsic];
    if (call === undefined) throw new Error(`The local runtime does not evaluate ${intrinsic}`);
    return call((value as Readonly<Record<string, unknown>>)[intrinsic]);
  };

  const present = Object.entries(template.Resources).filter(
    ([, declared]) => declared.Condition === undefined || condition(declared.Condition),
  );
  // Before any is evaluated: nothing may be left out in silence, even if nothing else refers to it.
  for (const [logicalId, { Type }] of present) requireKnownType(logicalId, Type);
  return present.map(([logicalId, declared]) => ({
    logicalId,
    type: declared.Type,
    properties: evaluate(declared.Properties) as Resource["properties"],
  }));
};
