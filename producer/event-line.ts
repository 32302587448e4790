/** One event: its fields under its class. `{"msys":{"message_event":{"type":"delivery", …}}}` */
export interface Event {
  readonly msys: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly type: string }>>;
}

/** What was given to `send` is no event. Sending it again cannot help. */
export class EventError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EventError";
  }
}

/** Largest event that the API takes. */
const maxEventBytes = 256 * 1024;

/** An event as a line of NDJSON, its line break included. Throws an `EventError` for what the API would refuse. */
export const eventLine = (event: Event): Buffer => {
  const { msys } = event as Partial<Event>;
  const classes = typeof msys === "object" && msys !== null ? Object.values(msys) : [];
  const [fields] = classes;
  if (classes.length !== 1 || typeof fields !== "object" || fields === null) {
    throw new EventError("'msys' must hold exactly one event class, an object");
  }
  if (typeof fields.type !== "string" || fields.type === "") {
    throw new EventError("'type' must be a non-empty string");
  }
  const line = Buffer.from(`${JSON.stringify(event)}\n`);
  if (line.length > maxEventBytes) {
    throw new EventError(`event of ${line.length} bytes; at most ${maxEventBytes} are accepted`);
  }
  return line;
};
