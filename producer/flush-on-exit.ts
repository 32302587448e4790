interface Exiting {
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<number>;
  /** Whether nothing is held. */
  readonly isIdle: () => boolean;
}

const signals = ["SIGINT", "SIGTERM"] as const;
/** All producers of the process: it ends when none of them holds events any more. */
const producers = new Set<Exiting>();

/** Sends what a producer holds before the process ends, when its work is done or a signal ends it. */
export const flushOnExit = (producer: Exiting): { readonly release: () => void } => {
  if (producers.size === 0) {
    process.on("beforeExit", onDone);
    for (const signal of signals) process.on(signal, onSignal);
  }
  producers.add(producer);
  return {
    release: () => {
      if (producers.delete(producer) && producers.size === 0) stopListening();
    },
  };
};

const stopListening = (): void => {
  process.off("beforeExit", onDone);
  for (const signal of signals) process.off(signal, onSignal);
};

const onDone = (): void => {
  for (const producer of producers) if (!producer.isIdle()) void producer.flush();
};

const onSignal = (signal: NodeJS.Signals): void => {
  const all = [...producers];
  // First, so that a second signal ends the process at once.
  stopListening();
  producers.clear();
  // Where the program has handlers of its own, ending is left to them.
  const isOurs = process.listenerCount(signal) === 0;
  void Promise.all(all.map((producer) => producer.close())).then(() => {
    if (isOurs) process.kill(process.pid, signal);
  });
};
