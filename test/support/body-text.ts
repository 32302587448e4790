import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { decodeBody, type EncodedBody } from "#shared/delivery/body.ts";

/** The body that a message stands for, as text; empty when it is gone. */
export const bodyText = async (
  bodies: { readonly load: (place: DeliveryMessage["body"]) => Promise<EncodedBody | undefined> },
  { body: place, bytes }: DeliveryMessage,
): Promise<string> => {
  const body = await bodies.load(place);
  return body === undefined ? "" : (await decodeBody(body, bytes)).body.toString();
};
