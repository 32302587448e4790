/** What a receiver does with a request. */
export type Behaviour =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The first requests get one behaviour each, in order; all later ones get the last. */
  | { readonly kind: "sequence"; readonly steps: readonly [Behaviour, ...Behaviour[]] }
  /** Reads the body and never answers. */
  | { readonly kind: "hang" }
  /** Never reads the body, so that a large upload stalls. */
  | { readonly kind: "neverRead" }
  /** Answers headers that promise a body, and then nothing. */
  | { readonly kind: "hangAfterHeaders"; readonly start?: string }
  /** Sends a head that never ends, a byte at a time. */
  | { readonly kind: "dripHeaders"; readonly everyMs: number }
  /** Answers 200 with a body that never ends, a byte at a time. */
  | { readonly kind: "dripBody"; readonly everyMs: number }
  | { readonly kind: "hugeBody"; readonly bytes: number }
  /** Ends the connection with a TCP reset. */
  | { readonly kind: "reset"; readonly when: "midBody" | "afterBody" | "afterHeaders" }
  /** Ends the connection without an answer, in order. */
  | { readonly kind: "closeEarly" }
  /** Writes text as the answer, such as interim responses or what is not HTTP, one part after the other. */
  | {
      readonly kind: "raw";
      readonly text: string | readonly string[];
      /** Closes the connection afterwards. */
      readonly end?: boolean;
    }
  /** Answers with the request's own headers and body, as they came, in JSON and in a form. */
  | { readonly kind: "echo"; readonly status: number }
  /** Answers 200 when a header has this value, else 401. */
  | { readonly kind: "requireHeader"; readonly name: string; readonly value: string }
  /** Answers 413 as soon as a request announces more bytes than this, else 200. */
  | {
      readonly kind: "refuseOver";
      readonly bytes: number;
      /** Closes the connection right behind the 413, with what has come of the body unread. */
      readonly close?: boolean;
    }
  /** Resets the connection once a request has sent more bytes than this, else answers 200. */
  | { readonly kind: "resetOver"; readonly bytes: number }
  /** Answers this status when the body holds a text, else 200. */
  | { readonly kind: "refuseText"; readonly text: string; readonly status: number };

type Answer = Extract<Behaviour, { kind: "answer" }>;

/** Answers a status with an empty body. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Answer => ({
  kind: "answer",
  status,
  headers,
  body,
});

/** Redirects to another URL. */
export const redirect = (location: string, status = 302): Answer => answer(status, { location });
