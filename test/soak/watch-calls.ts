/** Reads out of the functions' AWS calls what the ledger needs: bodies, hand-overs, claims and records. */
import { storedBody } from "../support/stored-body.ts";
import type { AwsCall } from "./aws-call.ts";
import { hashOf, type Ledger, numbersOf } from "./ledger.ts";

interface Attribute {
  readonly S?: string;
  readonly N?: string;
  readonly M?: Readonly<Record<string, Attribute>>;
}

interface UpdateCall {
  readonly Key: { readonly sk?: Attribute };
  readonly ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
}

interface Message {
  readonly batchId: string;
  readonly webhookId: string;
  readonly body:
    | { readonly kind: "inline"; readonly frames?: string; readonly zstd?: string; readonly gzip?: string }
    | { readonly kind: "stored"; readonly key: string };
}

const parse = (body: Buffer): unknown => JSON.parse(body.toString()) as unknown;

/** Notes what a call that a service has carried out means. */
export const watchCalls = (ledger: Ledger) => {
  const keep = (key: string, bytes: Buffer): void => {
    const body = storedBody(bytes);
    const known = ledger.stored.get(key);
    const kept = { hash: hashOf(body), numbers: numbersOf(body) };
    if (known === undefined) ledger.stored.set(key, kept);
    else if (known.hash !== kept.hash) ledger.faults.push(`2: two bodies were written to ${key}`);
  };

  const handOver = ({ batchId, webhookId, body: place }: Message): void => {
    const batch = ledger.batchOf(batchId);
    batch.webhookIds.add(webhookId);
    batch.isHandedOver = true;
    if (place.kind === "stored") {
      const kept = ledger.stored.get(place.key);
      if (kept === undefined) return;
      batch.bodies.add(kept.hash);
      batch.numbers = kept.numbers;
      return;
    }
    const body = storedBody(Buffer.from(place.frames ?? place.zstd ?? place.gzip ?? "", "base64"));
    batch.bodies.add(hashOf(body));
    batch.numbers = numbersOf(body);
  };

  const onMessages = (call: AwsCall): void => {
    const request = parse(call.body) as {
      readonly MessageBody?: string;
      readonly Entries?: readonly { readonly MessageBody: string }[];
    };
    const texts = request.Entries?.map(({ MessageBody }) => MessageBody) ?? [request.MessageBody ?? "{}"];
    for (const text of texts) {
      const message = JSON.parse(text) as Partial<Message>;
      if (message.batchId !== undefined) handOver(message as Message);
    }
  };

  const onUpdate = (call: AwsCall, workerName: string, answer: Buffer): void => {
    const { batchId, values } = readUpdate(call.body);
    if (batchId === undefined) return;
    const batch = ledger.batchOf(batchId);
    if (values.some(({ S }) => S === "delivered")) {
      batch.recordedAt ??= ledger.nextOrder();
      return;
    }
    const { ExpressionAttributeValues: given = {} } = parse(call.body) as UpdateCall;
    const chain = given[":chain"]?.M;
    if (chain !== undefined) {
      // What is left of a chain waits, or has expired.
      batch.numbers = ledger.batchOf(chain["batchId"]?.S ?? "").numbers.slice(Number(chain["next"]?.N));
      batch.webhookIds.add(chain["webhookId"]?.S ?? "");
      return;
    }
    const { Attributes: changed = {} } = parse(answer) as { Attributes?: Readonly<Record<string, Attribute>> };
    if (changed["state"]?.S !== "sending" || changed["expiresAt"]?.S === undefined) return;
    batch.claims.push({
      order: ledger.nextOrder(),
      worker: workerName,
      now: Number(given[":now"]?.N),
      expiresAt: Date.parse(changed["expiresAt"].S),
    });
    ledger.count("claims");
  };

  return {
    /** @param workerName process and thread of the environment that made the call */
    answered: (call: AwsCall, workerName: string, answer: { readonly status: number; readonly body: Buffer }): void => {
      const isDone = answer.status < 300;
      if (!isDone && answer.body.includes("ConditionalCheckFailed")) ledger.count("conditional-write conflicts");
      const key = objectKey(call);
      // A refused write of an object tells as much about bodies as one that was taken.
      if (call.operation === "PUT" && key !== undefined) keep(key, call.body);
      if (!isDone) return;
      if (call.operation === "SendMessage" || call.operation === "SendMessageBatch") onMessages(call);
      if (call.operation === "UpdateItem") onUpdate(call, workerName, answer.body);
    },
    /** Notes that a call was tampered with, if that may keep a delivery from being recorded. */
    tampered: (call: AwsCall): void => {
      if (call.operation !== "UpdateItem") return;
      const { batchId, values } = readUpdate(call.body);
      if (batchId === undefined || !values.some(({ S }) => S === "delivered")) return;
      ledger.batchOf(batchId).tampered.push(ledger.nextOrder());
    },
    /** Key of a batch's body whose deletion a call asks for. */
    deletes: (call: AwsCall): string | undefined => (call.operation === "DELETE" ? objectKey(call) : undefined),
  };
};

/** Batch whose item a call changes, by its sort key. */
const readUpdate = (body: Buffer): { readonly batchId?: string; readonly values: readonly Attribute[] } => {
  const { Key, ExpressionAttributeValues = {} } = parse(body) as UpdateCall;
  const batchId = /^[^#]+#([0-9a-f-]{36})$/.exec(Key.sk?.S ?? "")?.[1];
  return { ...(batchId === undefined ? {} : { batchId }), values: Object.values(ExpressionAttributeValues) };
};

/** Key of a batch's body in a call's path. */
const objectKey = ({ service, path }: AwsCall): string | undefined =>
  service === "s3" ? /\/(batches\/[^?]+)/.exec(path)?.[1] : undefined;
