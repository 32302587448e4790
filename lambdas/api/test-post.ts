import { deliveryHeaders, testBatchId, testBody } from "#shared/domain/delivery-headers.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { type FailureReason, reasonForStatus } from "#shared/domain/failure-reason.ts";
import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";

export interface TestPostDeps {
  readonly targets: Targets;
}

/** Outbound HTTP. Never throws for what a target does. */
interface Targets {
  readonly post: (request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }) => Promise<TargetAnswer>;
}

type TargetAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly excerpt: string;
    }
  | { readonly kind: "failed"; readonly reason: FailureReason; readonly errorCode: string };

/** Sends the test POST; throws what the API answers when the target does not take it. */
export const requireTestPost = async ({ targets }: TestPostDeps, settings: DeliverySettings): Promise<void> => {
  const answer = await targets.post({
    url: settings.target,
    headers: deliveryHeaders({ batchId: testBatchId, settings }),
    body: Buffer.from(testBody),
  });
  if (answer.kind === "answered") {
    const { status, headers, excerpt } = answer;
    if (status >= 200 && status < 300) return;
    throw new RequestError(400, {
      message: `POST to webhook target URL failed with non-2xx response code ${status}: `,
      description: "The target must answer the test POST with a 2xx status within 6 seconds.",
      code: "1200",
      reason: reasonForStatus(status),
      response: { status, headers, body: excerpt },
    });
  }
  if (answer.reason === "address_refused") {
    throw new RequestError(422, {
      message: "'target' must be on a public address",
      description: "Targets on private, local or reserved addresses are not called.",
      code: "1300",
      reason: answer.reason,
    });
  }
  throw new RequestError(400, {
    message: `POST to webhook target URL failed with error code ${answer.errorCode}`,
    description: "The target must answer the test POST with a 2xx status within 6 seconds.",
    code: "1200",
    reason: answer.reason,
  });
};
