import type { CreatedResources } from "../../emulator/create-resources.ts";
import type { Endpoints, ServiceUrls } from "../../emulator/services/service.ts";

/** What the process of the runtime is told once, as its argument. */
export interface RuntimeSetup {
  readonly dataDir: string;
  readonly port: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly retryScale: number;
  readonly visibilityTimeoutSeconds: number;
  /** Invocations at a time that a queue's mapping makes. */
  readonly concurrency: number;
  readonly seed: number;
  /** What functions use in place of the services. */
  readonly proxies: ServiceUrls;
}

/** How function environments see the world; all of them at once. */
export interface World {
  readonly clockOffsetMs: number;
  /** Whether names of `flippingDomain` resolve to other addresses than the target's. */
  readonly dnsFlips: boolean;
  /** Share of the mappings' invocations that come twice, late, shuffled, or whose answer is lost. */
  readonly meddling: number;
}

export const calmWorld: World = { clockOffsetMs: 0, dnsFlips: false, meddling: 0 };

export type ToRuntime =
  | { readonly kind: "world"; readonly world: World }
  /** Ends an environment at once: this one, or any that is busy. */
  | { readonly kind: "kill"; readonly request: number; readonly threadId?: number }
  | { readonly kind: "invoke"; readonly request: number; readonly logicalId: string; readonly event: string };

export type FromRuntime =
  /** Sent before any function runs. */
  | { readonly kind: "endpoints"; readonly endpoints: Endpoints }
  | {
      readonly kind: "ready";
      readonly apiUrl: string;
      readonly created: CreatedResources;
      readonly functionIds: readonly string[];
    }
  /** Name and thread of the environment that was killed; without them there was none to kill. */
  | { readonly kind: "killed"; readonly request: number; readonly functionName?: string; readonly threadId?: number }
  | { readonly kind: "invoked"; readonly request: number; readonly isAnswered: boolean }
  | { readonly kind: "meddled"; readonly how: string }
  /** An invocation took longer than its function may, and was ended. */
  | { readonly kind: "timed_out" }
  | { readonly kind: "log"; readonly text: string };

/** Name under which environments find the shared memory: clock offset in ms, and whether DNS flips. */
export const sharedFaultsKey = "tidepost-soak";
/** Variable with the path of the handler that the shim stands before. */
export const handlerVariable = "SOAK_HANDLER";
/** Names below it resolve to loopback addresses inside the functions, wherever this runs. */
export const flippingDomain = ".soak.invalid";
/** Where targets listen, and where nothing may ever connect: the strict policy holds for it. */
export const targetAddress = "127.0.0.1";
export const trapAddress = "127.0.0.2";
