/** What the code of a receiver depends on. */
export interface ReceiverSettings {
  /** The webhook's target; its path and port are those of the receiver. */
  readonly target: string;
  /** Whether the webhook has an `auth_token`. */
  readonly hasToken: boolean;
  readonly isSigned: boolean;
  /** Whether bodies are sent as gzip. */
  readonly isCompressed: boolean;
}

/** Port of a receiver whose target names none: it is behind a proxy then, which takes the public one. */
export const defaultReceiverPort = 8_080;

/** Largest body that a receiver reads; Tidepost's own are at most 10 MiB. */
export const maxReceiverMegabytes = 16;

/** Path and port that a receiver listens on. */
export const receiverPlace = (target: string): { readonly path: string; readonly port: number } => {
  const { pathname, port } = new URL(target);
  return { path: pathname, port: port === "" ? defaultReceiverPort : Number(port) };
};

/** A text as a literal in double quotes, in languages that write it as JSON does. */
export const doubleQuoted = (text: string): string => JSON.stringify(text);

/** A text as a literal in single quotes, in languages that fill in variables between double ones. */
export const singleQuoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Joins the parts of a program; those that its settings leave out are false. */
export const program = (...parts: readonly (string | false)[]): string =>
  `${parts.filter((part) => part !== false).join("\n")}\n`;

/** The variables that a program reads its secrets from, as its command sets them. */
export const secretVariables = ({ hasToken, isSigned }: ReceiverSettings): string =>
  `${hasToken ? "WEBHOOK_TOKEN=… " : ""}${isSigned ? "WEBHOOK_SECRET=whsec_… " : ""}`;

/** Header that names the batch: the signed one where there is a signature. */
export const batchIdHeader = ({ isSigned }: ReceiverSettings): string =>
  isSigned ? "webhook-id" : "x-messagesystems-batch-id";
