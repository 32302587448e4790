import { maskSecret } from "./mask-secret.ts";

/** Secrets that a webhook's POSTs are signed with, in the form of Standard Webhooks: `whsec_` and base64. */
export interface Signing {
  readonly secret: string;
  /** Rotated secrets that still sign, newest first, so that receivers can take over the new one in their own time. */
  readonly rotated: readonly RotatedSecret[];
}

/** A secret that signs until `until`, in Unix milliseconds. */
export interface RotatedSecret {
  readonly secret: string;
  readonly until: number;
}

const prefix = "whsec_";

/** Random bytes in a new secret. */
export const signingKeyBytes = 32;
/** Secrets that may sign at a time: each makes the signature header of every POST longer. */
export const maxSigningSecrets = 5;

/** The secret for random bytes. */
export const signingSecretOf = (key: Uint8Array): string => `${prefix}${Buffer.from(key).toString("base64")}`;

/** The bytes that a secret signs with. */
export const signingKeyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), "base64");

/** Secrets that sign at a time, newest first. */
export const secretsAt = ({ secret, rotated }: Signing, now: number): readonly string[] => [
  secret,
  ...rotated.filter(({ until }) => now < until).map((old) => old.secret),
];

/**
 * Puts a new secret in front. No older one outlives the overlap that starts now: without an overlap all of them end at once,
 * which is what a leaked secret needs.
 */
export const rotateSecret = (
  signing: Signing,
  rotation: { readonly secret: string; readonly now: number; readonly overlapMs: number },
): Signing => {
  const { secret, now, overlapMs } = rotation;
  const end = now + overlapMs;
  const older = [{ secret: signing.secret, until: end }, ...signing.rotated];
  const rotated = older.map((old) => ({ ...old, until: Math.min(old.until, end) })).filter(({ until }) => now < until);
  return { secret, rotated };
};

/** The same with its secrets masked. */
export const maskSigning = ({ secret, rotated }: Signing): Signing => ({
  secret: maskSecret(secret),
  rotated: rotated.map((old) => ({ ...old, secret: maskSecret(old.secret) })),
});
