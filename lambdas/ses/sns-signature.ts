import { createVerify, X509Certificate } from "node:crypto";
import * as z from "zod";

/** What SNS sends when an HTTPS endpoint is subscribed to a topic. */
export const subscriptionConfirmation = z.object({
  Type: z.literal("SubscriptionConfirmation"),
  Message: z.string(),
  MessageId: z.string(),
  Signature: z.string().max(2_000),
  SignatureVersion: z.enum(["1", "2"]),
  SigningCertURL: z.string().max(2_000),
  SubscribeURL: z.string().max(2_000),
  Timestamp: z.string(),
  Token: z.string(),
  TopicArn: z.string(),
});
export type SubscriptionConfirmation = z.output<typeof subscriptionConfirmation>;

/** The signed fields in the order of their names, as SNS puts them together. */
const signedFields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] as const;
const algorithms = { "1": "RSA-SHA1", "2": "RSA-SHA256" } as const;
const topicArn = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** Whether a URL leads to the SNS of a topic's region, over https and with nothing unusual about it. */
const isOfSns = (url: string, arn: string): boolean => {
  const region = topicArn.exec(arn)?.[1];
  const parsed = URL.parse(url);
  if (region === undefined || parsed === null) return false;
  const hosts = [`sns.${region}.amazonaws.com`, `sns.${region}.amazonaws.com.cn`];
  const isPlain = parsed.port === "" && parsed.username === "" && parsed.password === "";
  return parsed.protocol === "https:" && hosts.includes(parsed.hostname) && isPlain;
};

/** What is wrong with the URLs of a confirmation; undefined when they may be fetched. */
export const urlProblem = ({
  SigningCertURL,
  SubscribeURL,
  TopicArn,
}: SubscriptionConfirmation): string | undefined => {
  const isCertificate =
    isOfSns(SigningCertURL, TopicArn) && URL.parse(SigningCertURL)?.pathname.endsWith(".pem") === true;
  if (!isCertificate) return "SigningCertURL is not that of a certificate of SNS in the topic's region";
  const query = URL.parse(SubscribeURL)?.searchParams;
  const confirms = query?.get("Action") === "ConfirmSubscription" && query.get("TopicArn") === TopicArn;
  return isOfSns(SubscribeURL, TopicArn) && confirms
    ? undefined
    : "SubscribeURL is not that of SNS in the topic's region, or confirms something else";
};

/**
 * What is wrong with the signature of a confirmation; undefined for one that SNS has signed.
 *
 * @param certificate PEM text from the confirmation's `SigningCertURL`
 */
export const signatureProblem = (
  confirmation: SubscriptionConfirmation,
  { certificate, now }: { readonly certificate: string; readonly now: number },
): string | undefined => {
  const parsed = parseCertificate(certificate);
  if (parsed === undefined) return "SigningCertURL leads to no certificate";
  if (now < Date.parse(parsed.validFrom) || now > Date.parse(parsed.validTo)) return "the certificate is not valid now";
  const text = signedFields.map((name) => `${name}\n${confirmation[name]}\n`).join("");
  const verifier = createVerify(algorithms[confirmation.SignatureVersion]).update(text);
  return verifier.verify(parsed.publicKey, confirmation.Signature, "base64") ? undefined : "the signature is not right";
};

const parseCertificate = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};
