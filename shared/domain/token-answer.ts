import type { FailureReason } from "./failure-reason.ts";

/** What a token endpoint gave. `accessToken` is a secret. */
export type TokenAnswer =
  | { readonly kind: "token"; readonly accessToken: string; readonly expiresInSeconds: number }
  /** No answer at all. */
  | { readonly kind: "unreachable"; readonly reason: FailureReason; readonly errorCode: string }
  /** An answer without a token. `body` is empty when it came with a 2xx, because it may hold secrets. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };
