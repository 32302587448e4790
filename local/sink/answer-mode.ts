import type { IncomingMessage, ServerResponse } from "node:http";
import { describeMode, readSinkMode, type SinkMode, SinkModeError } from "./mode.ts";

/** Path of the mode, which no target is likely to have. */
export const modePath = "/__mode";

interface ModeHolder {
  readonly mode: () => SinkMode;
  readonly setMode: (mode: SinkMode) => void;
}

/** Answers `GET /__mode`, and sets the mode of `POST /__mode` with JSON such as `{"mode": "slow", "delay_ms": 7000}`. */
export const answerMode = async (
  request: IncomingMessage,
  response: ServerResponse,
  holder: ModeHolder,
): Promise<void> => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  };
  try {
    if (request.method === "POST") {
      const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
      holder.setMode(readSinkMode(parseJson(body)));
    }
    const mode = holder.mode();
    answer(200, { results: { ...shown(mode), does: describeMode(mode) } });
  } catch (error) {
    if (!(error instanceof SinkModeError)) throw error;
    answer(400, { errors: [{ message: error.message }] });
  }
};

/** A mode without the token that it wants. */
export const shown = (mode: SinkMode): object => (mode.mode === "auth" ? { mode: mode.mode } : mode);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SinkModeError(`A mode is set with JSON, such as {"mode":"500"}.`, { cause: error });
  }
};
