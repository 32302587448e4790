/** Facts that a function's environment gets once, as its worker's data. */
export interface BootstrapData {
  /** Where compiled code is kept between environments and runs. */
  readonly compileCacheDir: string;
  readonly handlerFile: string;
  readonly handlerName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly maxPayloadBytes: number;
}

/** One invocation: the event travels as the JSON text that it is on AWS, so that it is serialised only once. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: string;
  readonly deadlineMs: number;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type EnvironmentMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "init-failed"; readonly error: FunctionError }
  | { readonly kind: "answered"; readonly requestId: string; readonly payload: string }
  | { readonly kind: "failed"; readonly requestId: string; readonly error: FunctionError };

/** Largest event and largest answer of a synchronous call. */
export const maxPayloadBytes = 6 * 1024 * 1024;
