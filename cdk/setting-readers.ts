/** Where a setting is looked up: the context of an app, or the props of the construct. */
export interface Given {
  readonly tryGetContext: (name: string) => unknown;
}

/** A setting is wrong: its message says what to do, and where it was thrown helps nobody. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** Does something; a wrong setting is told in its sentence alone, and ends the process with 1. */
export const orTellSetting = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

/** Ends the synthesis with a sentence that names the setting, what was given and what is accepted. */
export const refuse = (name: string, expected: string, value: unknown): never => {
  throw new SettingError(`Setting "${name}" must be ${expected}, not ${JSON.stringify(value)}.`);
};

/** A setting as it was given: the CLI passes every value as a string, `cdk.json` passes JSON. Empty text means unset. */
const read = (given: Given, name: string): unknown => {
  const value: unknown = given.tryGetContext(name);
  return value === "" ? undefined : value;
};

export const readText = (
  given: Given,
  name: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
): string | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  return typeof value === "string" && pattern.test(value) ? value : refuse(name, expected, value);
};

/** A list, comma-separated or in JSON. */
export const readTexts = (
  given: Given,
  name: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
): readonly string[] | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  const items: readonly unknown[] = typeof value === "string" ? value.split(",") : [value].flat();
  const texts = items.map((item) => String(item).trim());
  return texts.every((text) => pattern.test(text)) ? texts : refuse(name, expected, value);
};

export const readChoice = <Choice extends string>(
  given: Given,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  return choices.find((choice) => choice === value) ?? refuse(name, `one of ${choices.join(", ")}`, value);
};

export const readBoolean = (given: Given, name: string): boolean | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  return refuse(name, "true or false", value);
};

export const readInteger = (
  given: Given,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  const number = toNumber(value);
  const isInRange = Number.isInteger(number) && number >= from && number <= to;
  return isInRange ? number : refuse(name, `a whole number from ${from} to ${to}`, value);
};

export const readIntegerOf = (given: Given, name: string, accepted: readonly number[]): number | undefined => {
  const value = read(given, name);
  if (value === undefined) return undefined;
  const number = toNumber(value);
  return accepted.includes(number) ? number : refuse(name, `one of ${accepted.join(", ")}`, value);
};

const toNumber = (value: unknown): number => {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
};
