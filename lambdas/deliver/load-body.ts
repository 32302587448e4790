import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { DependencyError } from "#shared/domain/errors.ts";
import type { EncodedBody } from "#shared/domain/encoded-body.ts";
import type { Bodies } from "./ports.ts";

/** The compressed body of a batch that has not ended; only then may it be gone. */
export const loadBody = async (bodies: Pick<Bodies, "load">, { body }: DeliveryMessage): Promise<EncodedBody> => {
  const encoded = await bodies.load(body);
  if (encoded === undefined) throw new DependencyError("The body of a batch is gone before the batch has ended");
  return encoded;
};
