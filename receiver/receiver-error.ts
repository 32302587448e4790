/** A request that a receiver refuses, with the HTTP status that says so. */
export class ReceiverError extends Error {
  override readonly name = "ReceiverError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
