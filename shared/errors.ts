import type { Answer } from "#shared/contract/api/common.ts";
import type { errorBody } from "#shared/contract/api/error-answer.ts";
import { type ApiErrorName, apiErrors } from "#shared/contract/api/errors.ts";
import { maxJsonDepth, maxListedErrors } from "#shared/contract/limits.ts";
import { exceedsDepth, findJsonProblem, storable } from "./plain-json.ts";
import * as z from "zod";
import { beginningOf } from "#shared/text/cut.ts";

/** One entry of the contract's error envelope, `{"errors":[…]}`. */
export type ErrorBody = Answer<typeof errorBody>;

/** Characters of an error's texts: names in a request are as long as its sender likes, and errors name them. */
const maxMessageCharacters = 500;
const maxDescriptionCharacters = 10_000;

const shortened = ({ message, description, ...more }: ErrorBody): ErrorBody => ({
  message: beginningOf(message.toWellFormed(), maxMessageCharacters),
  ...(description === undefined
    ? {}
    : { description: beginningOf(description.toWellFormed(), maxDescriptionCharacters) }),
  ...more,
});

/** The caller's fault, or a condition that the caller must know: rendered as the error envelope with `status`. */
export class RequestError extends Error {
  readonly status: number;
  readonly errors: readonly ErrorBody[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    bodies: ErrorBody | readonly ErrorBody[],
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    const list = isList(bodies) ? bodies : [bodies];
    super(list[0]?.message ?? "Request refused", { cause: options.cause });
    this.name = "RequestError";
    this.status = status;
    this.errors = listed(list).map(shortened);
    this.headers = options.headers ?? {};
  }
}

/** As many errors as an answer lists: where there are more, the last entry says so. */
const listed = (list: readonly ErrorBody[]): readonly ErrorBody[] => {
  if (list.length <= maxListedErrors) return list;
  const shown = list.slice(0, maxListedErrors - 1);
  const code = list[maxListedErrors]?.code ?? apiErrors.invalid.code;
  return [...shown, { message: `There are ${list.length - shown.length} more problems`, code }];
};

/** What an error says beside its message and description. */
type Details = Omit<ErrorBody, "message" | "description" | "code"> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
};

/** Makes an error of the API: what is wrong, and what was sent, what is accepted or what to do. */
type MakeError = (message: string, description?: string, details?: Details) => RequestError;

const makeError =
  ({ status, code }: { readonly status: number; readonly code: string | number }): MakeError =>
  (message, description, { headers = {}, cause, ...more } = {}) =>
    new RequestError(
      status,
      { message, ...(description === undefined ? {} : { description }), code, ...more },
      { headers, cause },
    );

const names = Object.keys(apiErrors) as readonly ApiErrorName[];

/** A constructor for each of the API's errors: `errors.conflict("The webhook is paused", "Resume it first.")`. */
export const errors = Object.fromEntries(names.map((name) => [name, makeError(apiErrors[name])])) as Readonly<
  Record<ApiErrorName, MakeError>
>;

/** Several problems of one request, at least one, as one error. It has the status of the first. */
export const together = (problems: readonly RequestError[]): RequestError =>
  new RequestError(
    problems[0]?.status ?? apiErrors.invalid.status,
    problems.flatMap((problem) => problem.errors),
  );

/** A service that we depend on did not do what it was asked for. Trying again later is right. */
export class DependencyError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = "DependencyError";
  }
}

/**
 * Whether an error says that a service was not there or did not do what it was asked for: trying again later may help, and
 * trying something else does not. Errors of AWS's clients carry `$metadata`, those of sockets a code such as `ECONNRESET`.
 */
export const isDependencyFault = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error instanceof DependencyError || "$metadata" in error || error.name === "TimeoutError") return true;
  return "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
};

const isList = (bodies: ErrorBody | readonly ErrorBody[]): bodies is readonly ErrorBody[] => Array.isArray(bodies);

const maxShownCharacters = 80;

/** What a rule of ours may add to an issue: the error that it is. */
const issueParams = z.object({ params: z.object({ error: z.enum(names) }) });

const errorOf = (issue: z.core.$ZodIssue): ApiErrorName => issueParams.safeParse(issue).data?.params.error ?? "invalid";

/**
 * Parses JSON text of a request body; 400 when it is none, 422 when it holds what the rules do not take.
 *
 * @param rules `portable` for what is not stored. @default what can be stored and sent on
 */
export const parseJson = (body: Buffer, rules = storable): unknown => {
  const isDeep = exceedsDepth(body, maxJsonDepth);
  const document = isDeep ? undefined : parseText(decodeUtf8(body));
  const found = isDeep ? tooDeep : findJsonProblem(document, rules);
  if (found === undefined) return document;
  const { path, problem } = found;
  throw errors.invalid(
    `${path === "" ? "The request body" : `'${beginningOf(path, maxShownPath)}'`} ${problem}`,
    "What cannot be stored, or is refused by JSON parsers of other languages, is not accepted.",
  );
};

const tooDeep = { path: "", problem: `must not be nested deeper than ${maxJsonDepth} levels` };

/** Characters of a bad value's place that an error shows. */
const maxShownPath = 200;

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const detail = withoutQuote(error instanceof Error ? error.message : String(error));
    throw errors.badJson(
      `Request body parsing failed [Attached error message: ${detail}]`,
      "Send one JSON document in UTF-8.",
    );
  }
};

/** The word of a list that a mistyped one most likely meant; undefined when none is close. */
type Suggest = (text: string) => string | undefined;

/**
 * Checks input against its schema. Every bad field makes one error that names it, what was sent and what is accepted.
 *
 * @param suggest finds what a word was meant to be that is not on its field's list
 */
export const validate = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  suggest: Suggest = () => undefined,
): z.output<Schema> => {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const statuses = issues.map((issue) => apiErrors[errorOf(issue)].status);
  const { status } = apiErrors.invalid;
  // Looking for what a word was meant to be takes time: only what is shown is looked up.
  throw new RequestError(
    statuses.find((other) => other !== status) ?? status,
    issues.map((issue, index) => describeIssue(issue, index < maxListedErrors ? suggest : () => undefined)),
  );
};

/** The parser quotes the text around a mistake, which may be a secret. */
const withoutQuote = (message: string): string =>
  message.replace(/(?:,\s*)?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/su, "");

const decodeUtf8 = (body: Buffer): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw errors.notUtf8("Request body is not UTF-8", "Send UTF-8.");
  }
};

const describeIssue = (issue: z.core.$ZodIssue, suggest: Suggest): ErrorBody => {
  const field = fieldName(issue.path);
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return {
      message: `${field} is required`,
      description: `${field} must be ${typeName(issue.expected)}.`,
      code: apiErrors.missing.code,
    };
  }
  const description = holdsSecret(issue.path) ? "What was sent is not shown." : `Sent: ${show(issue.input)}.`;
  if (issue.code === "invalid_type") {
    return { message: `${field} must be ${typeName(issue.expected)}`, description, code: apiErrors.invalid.code };
  }
  if (issue.code === "invalid_value") {
    return { message: `${field} ${accepted(issue, suggest)}`, description, code: apiErrors.invalid.code };
  }
  const { code } = apiErrors[errorOf(issue)];
  return {
    message:
      issue.code === "custom" && !isPredicate(issue) ? `${field}: ${issue.message}` : `${field} ${problemOf(issue)}`,
    description,
    code,
  };
};

/** Whether a rule says what is wrong as the rest of a sentence that begins with the field. */
const isPredicate = ({ message }: z.core.$ZodIssue): boolean => /^[a-z]/.test(message);

/** What is wrong, as the rest of a sentence: our own rules say so, the library's are put into words. */
const problemOf = (issue: z.core.$ZodIssue): string => {
  if (isPredicate(issue)) return issue.message;
  if (issue.code === "invalid_union") return problemOfUnion(issue);
  if (issue.code === "invalid_type") return `must be ${typeName(issue.expected)}`;
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.join(", ")}`;
  if (issue.code === "invalid_format") return `must be a valid ${issue.format.toUpperCase()}`;
  if (issue.code === "too_big") return `must be at most ${issue.maximum}`;
  if (issue.code === "too_small") return `must be at least ${issue.minimum}`;
  return "is not valid";
};

/** Of what was meant as one of the alternatives what is wrong with it, else which types there are. */
const problemOfUnion = ({ errors: alternatives }: z.core.$ZodIssueInvalidUnion): string => {
  const types = alternatives.map(([first]) => (first?.code === "invalid_type" ? typeName(first.expected) : undefined));
  const meant = alternatives[types.indexOf(undefined)]?.[0];
  return meant === undefined ? `must be ${[...new Set(types)].join(" or ")}` : problemOf(meant);
};

/** The words of a list, after the one that was most likely meant: a long list is cut at its end. */
const accepted = ({ values, input }: z.core.$ZodIssueInvalidValue, suggest: Suggest): string => {
  const nearest = typeof input === "string" ? suggest(input) : undefined;
  const isAccepted = nearest !== undefined && values.includes(nearest);
  return `${isAccepted ? `is not known (did you mean '${nearest}'?), and ` : ""}must be one of: ${values.join(", ")}`;
};

/** `events[2]`, `auth_credentials.username`; the whole body when the path is empty. */
const fieldName = (path: readonly PropertyKey[]): string => {
  if (path.length === 0) return "The request body";
  const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `'${name.slice(1, maxShownPath)}'`;
};

const typeName = (type: string): string => {
  if (type === "int") return "an integer";
  if (type === "record") return "an object";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
};

/** Fields whose values, or parts of them, are secrets. */
const secretFields: ReadonlySet<PropertyKey> = new Set([
  "auth_credentials",
  "auth_request_details",
  "auth_token",
  "custom_headers",
  "signing_secret",
  "token",
]);

const holdsSecret = (path: readonly PropertyKey[]): boolean => path.some((part) => secretFields.has(part));

/** Of objects and lists only what they are: they may hold secrets. */
const show = (input: unknown): string => {
  if (typeof input === "object" && input !== null) return Array.isArray(input) ? "a list" : "an object";
  const text = JSON.stringify(input) ?? "nothing";
  return text.length > maxShownCharacters ? `${beginningOf(text, maxShownCharacters)}…` : text;
};
