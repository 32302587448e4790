/** What the API did with the lines of a request; lines count from 0. */
export type Outcome =
  /** Every line but these was accepted. The refused ones never will be; the others are to be sent again. */
  | {
      readonly kind: "taken";
      readonly refused: ReadonlyMap<number, string>;
      readonly again: readonly number[];
      readonly retryAfterMs: number | undefined;
    }
  /** Nothing was accepted, and all of it is to be sent again. */
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** Nothing was accepted; fewer lines may be. */
  | { readonly kind: "too_large" };

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

interface Facts {
  readonly accepted?: number;
  readonly errors?: readonly { readonly line: number; readonly message: string }[];
  readonly not_accepted_lines?: readonly number[];
}

interface AnswerBody {
  readonly results?: Facts;
  readonly errors?: readonly { readonly message?: string; readonly description?: string; readonly ingest?: Facts }[];
}

/** Reads an answer of `POST /ingest/events`. */
export const readAnswer = ({ status, retryAfter, text }: HttpAnswer): Outcome => {
  const body = parse(text);
  const retryAfterMs = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
  if (status === 200 && body.results !== undefined) {
    return { kind: "taken", refused: refusedIn(body.results), again: [], retryAfterMs };
  }
  if (status === 413) return { kind: "too_large" };
  const [error] = body.errors ?? [];
  const facts = error?.ingest;
  // Every line is at fault, each as the answer says.
  if (status === 422 && facts?.errors !== undefined) {
    return { kind: "taken", refused: refusedIn(facts), again: [], retryAfterMs };
  }
  // The stream has taken some of them.
  if (status === 503 && (facts?.accepted ?? 0) > 0 && facts?.not_accepted_lines !== undefined) {
    const again = facts.not_accepted_lines.map((line) => line - 1);
    return { kind: "taken", refused: refusedIn(facts), again, retryAfterMs };
  }
  const reason = [error?.message, error?.description].filter((part) => part !== undefined).join(" ");
  return { kind: "failed", reason: `${status} ${reason === "" ? text.slice(0, 200) : reason}`, retryAfterMs };
};

const refusedIn = ({ errors = [] }: Facts): ReadonlyMap<number, string> =>
  new Map(errors.map(({ line, message }) => [line - 1, message]));

const parse = (text: string): AnswerBody => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
};
