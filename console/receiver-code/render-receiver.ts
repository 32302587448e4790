import { goReceiver } from "./go.ts";
import { javaReceiver } from "./java.ts";
import { nodeReceiver } from "./node.ts";
import { phpReceiver } from "./php.ts";
import { pythonReceiver } from "./python.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";
import { rubyReceiver } from "./ruby.ts";

/** Languages that receivers are written in, in the order in which they are shown. */
export const receiverLanguages = ["node", "python", "go", "java", "php", "ruby"] as const;
export type ReceiverLanguage = (typeof receiverLanguages)[number];

/** A program that takes a webhook's batches. */
export interface ReceiverCode {
  readonly displayName: string;
  readonly fileName: string;
  readonly code: string;
}

const renderers: Readonly<
  Record<ReceiverLanguage, Omit<ReceiverCode, "code"> & { readonly render: (settings: ReceiverSettings) => string }>
> = {
  node: { displayName: "Node", fileName: "receiver.mjs", render: nodeReceiver },
  python: { displayName: "Python", fileName: "receiver.py", render: pythonReceiver },
  go: { displayName: "Go", fileName: "receiver.go", render: goReceiver },
  java: { displayName: "Java", fileName: "Receiver.java", render: javaReceiver },
  php: { displayName: "PHP", fileName: "receiver.php", render: phpReceiver },
  ruby: { displayName: "Ruby", fileName: "receiver.rb", render: rubyReceiver },
};

/**
 * The code of a receiver for a webhook: it listens on the target's path and port, checks what the webhook sends, stores each
 * batch once, answers, and then works on it. The first comment says how to start it. Secrets are read from the environment.
 */
export const renderReceiver = (language: ReceiverLanguage, settings: ReceiverSettings): ReceiverCode => {
  const { displayName, fileName, render } = renderers[language];
  return { displayName, fileName, code: render(settings) };
};
