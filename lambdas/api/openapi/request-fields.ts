/** JSON Schema as zod-openapi makes it. */
type Json = { [name: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A document as far as it is changed here. */
interface Document {
  readonly paths?: object;
  readonly components: { readonly schemas: object };
}

/** Components that requests share with answers, or with events, where what is left out is no null. */
const sharedComponents = new Set(["Event", "EventKey", "FieldSelection", "Filter", "Grant"]);

/** The document with the fields of requests described as they are taken: see `describeRequestFields`. */
export const withRequestFields = <Whole extends Document>(document: Whole): Whole => {
  const requests = new Set<string>();
  const paths = mapBodies(document.paths ?? {}, (schema) => {
    const references = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, name = ""] of references) if (!sharedComponents.has(name)) requests.add(name);
    return describeRequestFields(schema);
  });
  const schemas = mapEntries(document.components.schemas, (schema, name) =>
    requests.has(name) && isObject(schema) ? describeRequestFields(schema) : schema,
  );
  return { ...document, paths, components: { ...document.components, schemas } };
};

const mapEntries = (object: object, change: (value: unknown, name: string) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));

const mapBodies = (paths: object, change: (schema: Json) => Json): Json =>
  mapEntries(paths, (item) =>
    mapEntries(item as object, (operation) => {
      if (!isObject(operation) || !isObject(operation["requestBody"])) return operation;
      const { requestBody } = operation;
      const content = mapEntries(requestBody["content"] as object, (media) =>
        isObject(media) && isObject(media["schema"]) ? { ...media, schema: change(media["schema"]) } : media,
      );
      return { ...operation, requestBody: { ...requestBody, content } };
    }),
  );

/**
 * What the document says of the fields that requests may leave out, at any depth. They take null, and their defaults stand in
 * words: generators of clients take a field with `default` for one that is always there, and want it in every request.
 */
const describeRequestFields = (schema: Json): Json => {
  const { properties, items, required = [] } = schema;
  const isRequired = (name: string): boolean => Array.isArray(required) && required.includes(name);
  return {
    ...schema,
    ...(isObject(items) ? { items: describeRequestFields(items) } : {}),
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => {
              if (!isObject(field)) return [name, field];
              const described = describeRequestFields(field);
              return [name, isRequired(name) ? described : orNull(withDefaultInWords(described))];
            }),
          ),
        }
      : {}),
  };
};

const withDefaultInWords = ({ default: byDefault, ...schema }: Json): Json => {
  if (byDefault === undefined || byDefault === null || isEmpty(byDefault)) return schema;
  const { description = "" } = schema;
  const sentence = `Default: \`${typeof byDefault === "string" ? byDefault : JSON.stringify(byDefault)}\`.`;
  return { ...schema, description: `${String(description)} ${sentence}`.trim() };
};

const isEmpty = (value: unknown): boolean => typeof value === "object" && Object.keys(value ?? {}).length === 0;

const orNull = (schema: Json): Json => {
  const { type, anyOf, $ref, enum: words, ...rest } = schema;
  if (Array.isArray(anyOf)) {
    const takesNull = anyOf.some((one) => isObject(one) && one["type"] === "null");
    return takesNull ? schema : { ...schema, anyOf: [...(anyOf as unknown[]), { type: "null" }] };
  }
  if ($ref !== undefined) return { ...rest, anyOf: [{ $ref }, { type: "null" }] };
  const types = [type].flat();
  if (type === undefined || types.includes("null")) return schema;
  return {
    ...schema,
    type: [...types, "null"],
    ...(Array.isArray(words) ? { enum: [...(words as unknown[]), null] } : {}),
  };
};
