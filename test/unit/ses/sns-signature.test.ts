import { createSign, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { confirmSubscription, type ConfirmDeps } from "../../../lambdas/ses/confirm-subscription.ts";
import { signatureProblem, type SubscriptionConfirmation, urlProblem } from "../../../lambdas/ses/sns-signature.ts";

const pemOf = (name: string): string => readFileSync(new URL(`../../support/${name}.pem`, import.meta.url), "utf8");
const privateKey = pemOf("sns-key");
/** Of that key, valid for a hundred years. */
const snsCertificate = pemOf("sns-cert");
const now = Date.parse("2030-03-02T09:15:00Z");
const topic = "arn:aws:sns:eu-west-1:111122223333:ses-events";

/** Signs as SNS documents it, with the fields named here one by one. */
const sign = (fields: Omit<SubscriptionConfirmation, "Signature">, key = privateKey): SubscriptionConfirmation => {
  const { Message, MessageId, SubscribeURL, Timestamp, Token, TopicArn, Type, SignatureVersion } = fields;
  const text =
    `Message\n${Message}\nMessageId\n${MessageId}\nSubscribeURL\n${SubscribeURL}\nTimestamp\n${Timestamp}\n` +
    `Token\n${Token}\nTopicArn\n${TopicArn}\nType\n${Type}\n`;
  const algorithm = SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256";
  return { ...fields, Signature: createSign(algorithm).update(text).sign(key, "base64") };
};

const confirmation = (changed: Partial<SubscriptionConfirmation> = {}): SubscriptionConfirmation =>
  sign({
    Type: "SubscriptionConfirmation",
    MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    Token: "2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92",
    TopicArn: topic,
    Message: `You have chosen to subscribe to the topic ${topic}.\nTo confirm, visit the SubscribeURL.`,
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f37fb`,
    Timestamp: "2026-03-02T09:14:58.000Z",
    SignatureVersion: "2",
    SigningCertURL: "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
    ...changed,
  });

describe("signatures", () => {
  const problemOf = (signed: SubscriptionConfirmation, certificate = snsCertificate, at = now) =>
    signatureProblem(signed, { certificate, now: at });

  it.each(["1", "2"] as const)("of version %s are checked", (SignatureVersion) => {
    const signed = confirmation({ SignatureVersion });
    expect(problemOf(signed)).toBeUndefined();
    for (const name of ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn"] as const) {
      expect(problemOf({ ...signed, [name]: `${signed[name]}x` })).toBe("the signature is not right");
    }
    const other = SignatureVersion === "1" ? "2" : "1";
    expect(problemOf({ ...signed, SignatureVersion: other })).toBe("the signature is not right");
    for (const Signature of ["", "%", "AAAA", signed.Signature.slice(4)]) {
      expect(problemOf({ ...signed, Signature })).toBe("the signature is not right");
    }
  });

  it("are those of the certificate's key, while it is valid", () => {
    const { privateKey: foreign } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const pem = foreign.export({ type: "pkcs8", format: "pem" }).toString();
    const { Signature: _, ...fields } = confirmation();
    expect(problemOf(sign(fields, pem))).toBe("the signature is not right");
    for (const at of ["2020-01-01T00:00:00Z", "2200-01-01T00:00:00Z"].map((text) => Date.parse(text))) {
      expect(problemOf(confirmation(), snsCertificate, at)).toBe("the certificate is not valid now");
    }
    expect(problemOf(confirmation(), "<html>")).toBe("SigningCertURL leads to no certificate");
  });
});

describe("URLs", () => {
  it.each([
    ["http://sns.eu-west-1.amazonaws.com/x.pem"],
    ["https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"],
    ["https://evil.example/sns.eu-west-1.amazonaws.com/x.pem"],
    ["https://sns.us-east-1.amazonaws.com/x.pem"],
    ["https://sns.eu-west-1.amazonaws.com:8443/x.pem"],
    ["https://user@sns.eu-west-1.amazonaws.com/x.pem"],
    ["https://sns.eu-west-1.amazonaws.com@evil.example/x.pem"],
    ["https://bucket.s3.eu-west-1.amazonaws.com/x.pem"],
    ["https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"],
    ["not a URL"],
  ])("%s is no certificate of SNS", (SigningCertURL) => {
    expect(urlProblem(confirmation({ SigningCertURL }))).toMatch(/^SigningCertURL is not/);
  });

  it.each([
    [`http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}`],
    [`https://evil.example/?Action=ConfirmSubscription&TopicArn=${topic}`],
    [`https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${topic}`],
    [`https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}2`],
  ])("%s confirms nothing", (SubscribeURL) => {
    expect(urlProblem(confirmation({ SubscribeURL }))).toMatch(/^SubscribeURL is not/);
  });

  it("lead to the topic's own region, in China, too", () => {
    expect(urlProblem(confirmation())).toBeUndefined();
    const TopicArn = "arn:aws-cn:sns:cn-north-1:111122223333:ses-events";
    const host = "https://sns.cn-north-1.amazonaws.com.cn";
    const SubscribeURL = `${host}/?Action=ConfirmSubscription&TopicArn=${TopicArn}`;
    expect(urlProblem(confirmation({ TopicArn, SubscribeURL, SigningCertURL: `${host}/x.pem` }))).toBeUndefined();
    expect(urlProblem(confirmation({ TopicArn: "arn:aws:sqs:eu-west-1:111122223333:x" }))).toMatch(/^SigningCertURL/);
  });
});

describe("confirmation", () => {
  const world = (answers: { readonly certificate?: string; readonly status?: number } = {}) => {
    const { certificate = snsCertificate, status = 200 } = answers;
    const fetched: string[] = [];
    const deps: ConfirmDeps = {
      topics: [topic],
      now: () => now,
      outbound: {
        get: async ({ url }) => {
          fetched.push(url);
          const isCertificate = url.endsWith(".pem");
          const common = { kind: "answered", headers: {}, isTruncated: false, isUploaded: true } as const;
          const excerpt = isCertificate ? certificate : "<ConfirmSubscriptionResponse/>";
          return await Promise.resolve({
            ...common,
            timings: { totalMs: 1 },
            status: isCertificate ? 200 : status,
            excerpt,
          });
        },
      },
    };
    return { deps, fetched };
  };
  const described = (description: RegExp) => ({
    status: 403,
    errors: [{ description: expect.stringMatching(description) }],
  });

  it("is given to a topic that the operator has named", async () => {
    const { deps, fetched } = world();
    const signed = confirmation();
    await confirmSubscription(deps, signed);
    expect(fetched).toEqual([signed.SigningCertURL, signed.SubscribeURL]);
  });

  it("is given to no other topic, and nothing is fetched for it", async () => {
    const { deps, fetched } = world();
    const foreign = confirmation({ TopicArn: "arn:aws:sns:eu-west-1:999999999999:other" });
    await expect(confirmSubscription(deps, foreign)).rejects.toMatchObject(described(/sesTopics/));
    await expect(confirmSubscription({ ...deps, topics: [] }, confirmation())).rejects.toMatchObject(
      described(/sesTopics/),
    );
    const { Token: _, ...incomplete } = confirmation();
    await expect(confirmSubscription(deps, incomplete)).rejects.toMatchObject(described(/lacks/));
    expect(fetched).toEqual([]);
  });

  it("is not given to whom SNS has not signed for", async () => {
    const { deps, fetched } = world();
    const forged = { ...confirmation(), Token: "another" };
    await expect(confirmSubscription(deps, forged)).rejects.toMatchObject(described(/signature is not right/));
    expect(fetched).toEqual([forged.SigningCertURL]);
    const elsewhere = confirmation({ SigningCertURL: "https://evil.example/x.pem" });
    await expect(confirmSubscription(deps, elsewhere)).rejects.toMatchObject(described(/^SigningCertURL/));
    expect(fetched).toHaveLength(1);
    const broken = world({ certificate: "<html>" });
    await expect(confirmSubscription(broken.deps, confirmation())).rejects.toMatchObject(described(/no certificate/));
  });

  it("is tried again when SNS does not take it", async () => {
    const { deps } = world({ status: 500 });
    await expect(confirmSubscription(deps, confirmation())).rejects.toMatchObject({ status: 503 });
  });
});
