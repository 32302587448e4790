import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";

/** The signing secret that a request has made, for its answer: no other answer shows it. */
export interface NewSecret {
  readonly newSecret?: string;
}

/** A new secret, if the settings that were stored sign with it. */
export const secretInUse = ({ signing }: DeliverySettings, newSecret: string): NewSecret =>
  signing?.secret === newSecret ? { newSecret } : {};

/** A new secret as the API shows it. */
export const newSecretView = ({ newSecret }: NewSecret): { readonly signing_secret?: string } =>
  newSecret === undefined ? {} : { signing_secret: newSecret };
