/** The customers' targets: one server on the one allowed address, and a trap on an address that nothing may reach. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { testBatchId } from "#shared/delivery/headers.ts";
import type { Random } from "../../local/generator/random.ts";
import { answer, type Behaviour, redirect } from "../support/receiver-behaviour.ts";
import { actsBeforeBody, perform } from "../support/receiver-perform.ts";
import { hostileAnswer } from "./hostile.ts";
import { hashOf, type Ledger, numbersOf, type SoakBatch, type SoakPost } from "./ledger.ts";
import type { SoakWebhook, TargetKind } from "./population.ts";
import { targetAddress, trapAddress } from "./runtime-messages.ts";

type Simple = Exclude<Behaviour, { kind: "sequence" }>;

const hanging: readonly [Simple, ...Simple[]] = [
  { kind: "hang" },
  { kind: "neverRead" },
  { kind: "dripHeaders", everyMs: 500 },
];

const misbehaviour = (trapUrl: string): readonly [Simple, ...Simple[]] => [
  answer(500),
  answer(503, { "retry-after": "1" }),
  answer(429, { "retry-after": "2" }),
  answer(413),
  redirect(trapUrl),
  { kind: "reset", when: "midBody" },
  { kind: "reset", when: "afterBody" },
  { kind: "reset", when: "afterHeaders" },
  { kind: "closeEarly" },
  { kind: "raw", text: "this is not HTTP\r\n\r\n", end: true },
  { kind: "hangAfterHeaders" },
  { kind: "dripBody", everyMs: 100 },
  { kind: "hugeBody", bytes: 5_000_000 },
  ...hanging,
];

/** Share of POSTs that a flaky target answers with 200. */
const flakyGood = 0.6;

interface TargetsOptions {
  readonly ledger: Ledger;
  readonly random: Random;
  /** Told of a POST that has come, before it is answered; and of one that was taken, after it is. */
  readonly posted: (batch: SoakBatch, what: "got" | "taken") => Promise<void>;
}

/** Starts the targets. */
export const startTargets = async ({ ledger, random, posted }: TargetsOptions) => {
  const webhooks = new Map<string, SoakWebhook>(ledger.webhooks.map((webhook) => [webhook.name, webhook]));
  const revived = new Set<TargetKind>(["good"]);
  const sockets = new Set<Socket>();
  /** The last POST that each connection brought. */
  const lastPosts = new WeakMap<Socket, SoakPost>();
  let trapped = 0;

  const trap = createTcpServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  const track = (server: Server): void => {
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => sockets.delete(socket));
    });
  };

  const behaviourOf = (webhook: SoakWebhook, trapUrl: string): Simple => {
    if (revived.has(webhook.kind)) return answer(200);
    if (webhook.kind === "refusing") return answer(500);
    if (webhook.kind === "hostile") return hostileAnswer(random);
    if (webhook.kind === "hanging") return random.pick(hanging);
    return random.chance(flakyGood) ? answer(200) : random.pick(misbehaviour(trapUrl));
  };

  const note = (request: IncomingMessage, webhook: SoakWebhook, raw: Buffer): SoakPost => {
    const body = raw[0] === 0x1f ? gunzipSync(raw) : raw;
    const post: SoakPost = {
      order: ledger.nextOrder(),
      webhook: webhook.name,
      body: hashOf(body),
      numbers: numbersOf(body),
    };
    const batch = ledger.batchOf(batchIdOf(request));
    batch.bodies.add(post.body);
    batch.targets.add(webhook.name);
    batch.numbers = post.numbers;
    batch.posts.push(post);
    ledger.count("POSTs");
    return post;
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const webhook = webhooks.get((request.url ?? "").slice(1));
    const isTest = batchIdOf(request) === testBatchId;
    if (webhook === undefined || isTest) {
      request.resume();
      response.end();
      return;
    }
    const behaviour = behaviourOf(webhook, `http://${trapAddress}:${port}/`);
    request.on("error", () => undefined);
    if (actsBeforeBody(behaviour, request)) return perform(behaviour, { request, response, body: Buffer.alloc(0) });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      void answerPost({ request, response, webhook, behaviour, body: Buffer.concat(chunks) });
    });
  };

  const answerPost = async ({ request, response, webhook, behaviour, body }: ArrivedPost): Promise<void> => {
    const post = note(request, webhook, body);
    lastPosts.set(request.socket, post);
    const batch = ledger.batchOf(batchIdOf(request));
    await posted(batch, "got");
    if (!isTaking(behaviour)) return perform(behaviour, { request, response, body });
    ledger.taken(post);
    // How much of a broken answer arrives is not known, and none does on a broken connection; the target has the batch.
    if (behaviour.kind !== "answer" || !request.socket.writable) post.takenAt = Number.POSITIVE_INFINITY;
    ledger.count("POSTs taken");
    perform(behaviour, { request, response, body });
    await posted(batch, "taken");
  };

  const server = createServer({ keepAliveTimeout: 5_000 }, onRequest);
  track(server);
  await new Promise<void>((resolve) => server.listen(0, targetAddress, resolve));
  const { port } = server.address() as { readonly port: number };
  // The same port, so that only the address keeps a connection away from it.
  const hasTrap = await new Promise<boolean>((resolve) => {
    trap.once("error", () => resolve(false));
    trap.listen(port, trapAddress, () => resolve(true));
  });

  return {
    port,
    /** False where the system has one loopback address only. */
    hasTrap,
    /** Connections to the forbidden address. */
    trapped: () => trapped,
    /** From now on targets of this kind answer 200; POSTs that hang already go on hanging. */
    revive: (kind: TargetKind): void => {
      revived.add(kind);
    },
    /** Breaks or ends some of the open connections, idle and busy ones alike. */
    disturb: (): void => {
      for (const socket of sockets) {
        const post = lastPosts.get(socket);
        const fate = random.integer(1, 5);
        // Whether its answer has arrived is not known any more.
        if (fate <= 2 && post?.takenAt !== undefined) post.takenAt = Number.POSITIVE_INFINITY;
        if (fate === 1) socket.resetAndDestroy();
        if (fate === 2) socket.end();
      }
    },
    stop: async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      if (hasTrap) await new Promise<void>((resolve) => trap.close(() => resolve()));
    },
  };
};

export type Targets = Awaited<ReturnType<typeof startTargets>>;

interface ArrivedPost {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly webhook: SoakWebhook;
  readonly behaviour: Simple;
  readonly body: Buffer;
}

const batchIdOf = (request: IncomingMessage): string => String(request.headers["x-messagesystems-batch-id"]);

/** Whether the target says 2xx, whatever it does afterwards. */
const isTaking = (behaviour: Simple): boolean =>
  (behaviour.kind === "answer" && behaviour.status < 300) ||
  ["hangAfterHeaders", "dripBody", "hugeBody"].includes(behaviour.kind) ||
  (behaviour.kind === "reset" && behaviour.when === "afterHeaders");
