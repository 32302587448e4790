import type { ServiceName } from "../../emulator/services/service.ts";

/** A call of a function to an AWS service. */
export interface AwsCall {
  readonly service: ServiceName;
  /** Name of the operation; for S3 the method. */
  readonly operation: string;
  readonly path: string;
  readonly body: Buffer;
  /** The environment that makes it. */
  readonly worker: { readonly functionName: string; readonly threadId: number } | undefined;
}

/** What happens to a call. */
export type Interference =
  | { readonly kind: "none" }
  | { readonly kind: "throttle" | "error" }
  /** The connection breaks before the call takes effect. */
  | { readonly kind: "break" }
  /** The call takes effect and its answer is lost, so that the SDK makes it again. */
  | { readonly kind: "lose_answer" }
  | { readonly kind: "slow"; readonly ms: number }
  /** Every other item is refused. */
  | { readonly kind: "halve" }
  /** The environment that makes the call ends, before or after the call has taken effect. */
  | { readonly kind: "kill"; readonly moment: "before" | "after" };

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
