/** Name of the header that says which fields of a request nobody has read: the contract lets unknown fields pass. */
export const ignoredFieldsHeader = "x-tidepost-ignored-fields";

/** A field that nobody has read, and the one that was probably meant. */
export interface IgnoredField {
  /** With dots where it stands in another field: `auth_credentials.pasword`. */
  readonly name: string;
  readonly meant?: string | undefined;
}

/** The value of that header: names escaped as in URLs, as in `nmae;meant=name, note`. */
export const ignoredFieldsValue = (fields: readonly IgnoredField[]): string =>
  fields.map(({ name, meant }) => encodeURIComponent(name) + (meant === undefined ? "" : `;meant=${meant}`)).join(", ");

/** What the header of an answer tells the person who sent the fields; undefined when there is none. */
export const ignoredFieldsText = (value: string | null): string | undefined => {
  const fields = (value ?? "").split(",").flatMap((item) => fieldOf(item.trim()));
  const [first] = fields;
  if (first === undefined) return undefined;
  if (fields.length > 1) {
    const names = fields.map(
      ({ name, meant }) => `'${name}'${meant === undefined ? "" : ` (did you mean '${meant}'?)`}`,
    );
    return `The API does not know these fields and has ignored them: ${names.join(", ")}`;
  }
  const question = first.meant === undefined ? "" : ` Did you mean '${first.meant}'?`;
  return `The API does not know the field '${first.name}' and has ignored it.${question}`;
};

const fieldOf = (item: string): readonly IgnoredField[] => {
  const [name = "", parameter = ""] = item.split(";");
  if (name === "") return [];
  const meant = /^\s*meant=([\w.]+)$/.exec(parameter)?.[1];
  return [{ name: unescaped(name), meant }];
};

const unescaped = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};
