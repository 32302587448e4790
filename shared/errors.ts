import { maxJsonDepth } from "#shared/contract/limits.ts";
import { exceedsDepth, findJsonProblem, storable } from "./plain-json.ts";
import * as z from "zod";

/** One entry of the contract's error envelope, `{"errors":[…]}`. */
export interface ErrorBody {
  readonly message: string;
  readonly description?: string;
  /** Documented error code; a string, except the number 400 of a failed token request. */
  readonly code?: string | number;
  /** Stable word for what went wrong, for programs. */
  readonly reason?: string;
  /** What the caller can do about it. */
  readonly fix?: string;
  readonly request?: unknown;
  readonly response?: unknown;
}

/** The caller's fault, or a condition that the caller must know: rendered as the error envelope with `status`. */
export class RequestError extends Error {
  readonly status: number;
  readonly errors: readonly ErrorBody[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    errors: ErrorBody | readonly ErrorBody[],
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    const list = isList(errors) ? errors : [errors];
    super(list[0]?.message ?? "Request refused", { cause: options.cause });
    this.name = "RequestError";
    this.status = status;
    this.errors = list;
    this.headers = options.headers ?? {};
  }
}

/** A service that we depend on did not do what it was asked for. Trying again later is right. */
export class DependencyError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = "DependencyError";
  }
}

const isList = (errors: ErrorBody | readonly ErrorBody[]): errors is readonly ErrorBody[] => Array.isArray(errors);

const codes = { required: "1400", invalid: "1300" } as const;
const maxShownCharacters = 80;

/** What a rule of ours may add to an issue: the documented code and status of its error. */
const issueParams = z.object({
  params: z.object({ code: z.string().optional(), status: z.number().optional() }).optional(),
});

/** Parses JSON text of a request body; 400 when it is none, 422 when it holds what cannot be stored or sent on. */
export const parseJson = (body: Buffer): unknown => {
  const isDeep = exceedsDepth(body, maxJsonDepth);
  const document = isDeep ? undefined : parseText(decodeUtf8(body));
  const found = isDeep ? tooDeep : findJsonProblem(document, storable);
  if (found === undefined) return document;
  const { path, problem } = found;
  throw new RequestError(422, {
    message: `${path === "" ? "The request body" : `'${path.slice(0, maxShownPath)}'`} ${problem}`,
    description: "What cannot be stored, or is refused by JSON parsers of other languages, is not accepted.",
    code: "1300",
  });
};

const tooDeep = { path: "", problem: `must not be nested deeper than ${maxJsonDepth} levels` };

/** Characters of a bad value's place that an error shows. */
const maxShownPath = 200;

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const detail = withoutQuote(error instanceof Error ? error.message : String(error));
    throw new RequestError(400, {
      message: `Request body parsing failed [Attached error message: ${detail}]`,
      description: "Send one JSON document in UTF-8.",
      code: "1200",
    });
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
  const status = issues.map((issue) => issueParams.parse(issue).params?.status).find((wanted) => wanted !== undefined);
  throw new RequestError(
    status ?? 422,
    issues.map((issue) => describeIssue(issue, suggest)),
  );
};

/** The parser quotes the text around a mistake, which may be a secret. */
const withoutQuote = (message: string): string =>
  message.replace(/(?:,\s*)?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/su, "");

const decodeUtf8 = (body: Buffer): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new RequestError(400, { message: "Request body is not UTF-8", description: "Send UTF-8.", code: "1305" });
  }
};

const describeIssue = (issue: z.core.$ZodIssue, suggest: Suggest): ErrorBody => {
  const field = fieldName(issue.path);
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return {
      message: `${field} is required`,
      description: `${field} must be ${typeName(issue.expected)}.`,
      code: codes.required,
    };
  }
  const description = holdsSecret(issue.path) ? "What was sent is not shown." : `Sent: ${show(issue.input)}.`;
  if (issue.code === "invalid_type") {
    return { message: `${field} must be ${typeName(issue.expected)}`, description, code: codes.invalid };
  }
  if (issue.code === "invalid_value") {
    return { message: `${field} ${accepted(issue, suggest)}`, description, code: codes.invalid };
  }
  const isPredicate = /^[a-z]/.test(issue.message);
  const code = issueParams.parse(issue).params?.code ?? codes.invalid;
  return { message: `${field}${isPredicate ? "" : ":"} ${issue.message}`, description, code };
};

/** The words of a list, with the one that was most likely meant. */
const accepted = ({ values, input }: z.core.$ZodIssueInvalidValue, suggest: Suggest): string => {
  const nearest = typeof input === "string" ? suggest(input) : undefined;
  const isAccepted = nearest !== undefined && values.includes(nearest);
  return `must be one of: ${values.join(", ")}${isAccepted ? ` (did you mean '${nearest}'?)` : ""}`;
};

/** `events[2]`, `auth_credentials.username`; the whole body when the path is empty. */
const fieldName = (path: readonly PropertyKey[]): string => {
  if (path.length === 0) return "The request body";
  const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `'${name.slice(1)}'`;
};

const typeName = (type: string): string => {
  if (type === "int") return "an integer";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
};

/** Fields whose values, or parts of them, are secrets. */
const secretFields: ReadonlySet<PropertyKey> = new Set([
  "auth_credentials",
  "auth_request_details",
  "auth_token",
  "custom_headers",
]);

const holdsSecret = (path: readonly PropertyKey[]): boolean => path.some((part) => secretFields.has(part));

/** Of objects and lists only what they are: they may hold secrets. */
const show = (input: unknown): string => {
  if (typeof input === "object" && input !== null) return Array.isArray(input) ? "a list" : "an object";
  const text = JSON.stringify(input) ?? "nothing";
  return text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}…` : text;
};
