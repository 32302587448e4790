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
