/**
 * Real HTTP between the functions and the embedded services: sees every call, and fails it when told to. It outlives the
 * runtime's process, so that what it has seen is known whatever is killed.
 */
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Endpoints, ServiceName, ServiceUrls } from "../../emulator/services/service.ts";
import { closeServer, listenOnLoopback } from "../../emulator/services/loopback-server.ts";
import type { AwsAnswer, AwsCall, Interference } from "./aws-call.ts";
import { halved, refusal } from "./aws-faults.ts";

interface Hooks {
  readonly interfere: (call: AwsCall) => Interference;
  /** A service has answered; the caller may never learn it. */
  readonly answered: (call: AwsCall, answer: AwsAnswer) => void;
  readonly kill: (threadId: number) => Promise<unknown>;
}

const hopHeaders = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "host", "expect"]);
const workerMark = /app\/([^.\s]*)\.(\d+)/;

/** One server for each of the runtime's: SQS and S3 share theirs. */
export const startFaultProxy = async (hooks: Hooks) => {
  const agent = new Agent({ keepAlive: true });
  const first = Promise.withResolvers<Endpoints>();
  let upstream = first.promise;

  const forward = async (service: ServiceName, request: IncomingMessage, body: Buffer): Promise<AwsAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<AwsAnswer>();
    const endpoint = (await upstream)[service];
    const headers = Object.entries(request.headers).filter(([name]) => !hopHeaders.has(name));
    const sending = send(
      new URL(request.url ?? "", endpoint),
      {
        agent,
        method: request.method ?? "GET",
        headers: { ...Object.fromEntries(headers), "content-length": String(body.length) },
      },
      (response) => {
        response.toArray().then((chunks: Buffer[]) => {
          const kept = Object.entries(response.headers).filter(([name]) => !hopHeaders.has(name));
          const flat = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
          resolve({ status: response.statusCode ?? 502, headers: flat, body: Buffer.concat(chunks) });
        }, reject);
      },
    );
    sending.on("error", reject).end(body);
    return await promise;
  };

  const handle = async (
    fallback: ServiceName,
    request: IncomingMessage,
    response: ServerResponse,
    ownOrigin: () => string,
  ): Promise<void> => {
    const raw = Buffer.concat((await request.toArray()) as Buffer[]);
    const target = String(request.headers["x-amz-target"] ?? "");
    const service = target.startsWith("AmazonSQS") ? "sqs" : fallback;
    // Functions know queues by the proxy's address; the service knows them by its own.
    const body = service === "sqs" ? Buffer.from(raw.toString().replaceAll(ownOrigin(), (await upstream).sqs)) : raw;
    const mark = workerMark.exec(request.headers["user-agent"] ?? "");
    const call: AwsCall = {
      service,
      operation: service === "s3" ? (request.method ?? "") : (target.split(".").at(-1) ?? ""),
      path: request.url ?? "",
      body,
      worker: mark === null ? undefined : { functionName: mark[1] ?? "", threadId: Number(mark[2]) },
    };
    const interference = hooks.interfere(call);
    const answerWith = ({ status, headers, body: text }: AwsAnswer): void => {
      if (response.destroyed) return;
      const length = request.method === "HEAD" ? {} : { "content-length": String(text.length) };
      response.writeHead(status, { ...headers, ...length }).end(text);
    };
    const through = async (sent: Buffer = body): Promise<AwsAnswer> => {
      const answer = await forward(service, request, sent);
      hooks.answered({ ...call, body: sent }, answer);
      return answer;
    };
    switch (interference.kind) {
      case "none":
        return answerWith(await through());
      case "throttle":
      case "error":
        return answerWith(refusal(service, interference.kind));
      case "break":
        request.socket.resetAndDestroy();
        return;
      case "lose_answer":
        await through();
        request.socket.resetAndDestroy();
        return;
      case "slow":
        await delay(interference.ms);
        return answerWith(await through());
      case "halve": {
        const part = halved(call);
        if (part === undefined) return answerWith(await through());
        const answer = await through(part.body);
        return answerWith(answer.status === 200 ? { ...answer, body: part.complete(answer.body) } : answer);
      }
      case "kill":
        if (interference.moment === "after") await through();
        if (call.worker !== undefined) await hooks.kill(call.worker.threadId);
        request.socket.destroy();
    }
  };

  const start = async (service: "dynamodb" | "kinesis" | "s3") => {
    let port = 0;
    const server = createServer((request, response) => {
      // A service that is not there any more: its process was killed.
      handle(service, request, response, () => `http://127.0.0.1:${port}`).catch(() => request.socket.destroy());
    });
    port = await listenOnLoopback(server);
    return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
  };
  const [dynamodb, kinesis, queuesAndBucket] = await Promise.all([start("dynamodb"), start("kinesis"), start("s3")]);

  return {
    endpoints: {
      dynamodb: dynamodb.endpoint,
      kinesis: kinesis.endpoint,
      s3: queuesAndBucket.endpoint,
      sns: queuesAndBucket.endpoint,
      sqs: queuesAndBucket.endpoint,
    } satisfies ServiceUrls,
    /** Names the services behind the proxy; calls wait until they are known. */
    leadTo: (endpoints: Endpoints): void => {
      first.resolve(endpoints);
      upstream = Promise.resolve(endpoints);
    },
    stop: async (): Promise<void> => {
      agent.destroy();
      await Promise.all([dynamodb.stop(), kinesis.stop(), queuesAndBucket.stop()]);
    },
  };
};
