/**
 * Kills an invocation at one of its awaits: from then on nothing of it happens, as when Lambda takes the process away.
 *
 * Every call that leaves the process counts as one await. The call that is struck either takes effect and never returns
 * ("after"), or never takes effect ("before").
 */
export type Moment = "before" | "after";

export interface KillSwitch {
  /** The call that was struck, once it was. */
  readonly struck: () => string | undefined;
  /** Every call so far, over all invocations. */
  readonly calls: () => readonly string[];
  /** Numbers of the calls that began an invocation, or while another call of theirs was under way. */
  readonly besides: () => readonly number[];
  /** Starts an invocation; only one of all is killed. */
  readonly begin: () => Invocation;
}

/** One invocation, to which calls belong. */
export interface Invocation {
  /** The same object, whose methods return promises, with each call as an await that may be struck. */
  readonly watch: <Port extends object>(name: string, port: Port) => Port;
  /** The result of the work, or undefined when the invocation was killed meanwhile. */
  readonly survive: <Result>(work: Promise<Result>) => Promise<Result | undefined>;
}

const never = new Promise<never>(() => undefined);

/** Strikes the call of that number, counted from 1 over all invocations; 0 strikes none. */
export const killSwitch = (at: number, moment: Moment): KillSwitch => {
  const calls: string[] = [];
  const besides: number[] = [];
  let struck: string | undefined;

  const begin = (): Invocation => {
    const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
    const running = new Set<Promise<unknown>>();
    let isDead = false;
    let hasBegun = false;
    const die = (label: string): Promise<never> => {
      isDead = true;
      struck = label;
      kill();
      return never;
    };
    const call = async (label: string, work: () => Promise<unknown>): Promise<unknown> => {
      if (isDead) return await never;
      calls.push(label);
      if (!hasBegun || running.size > 0) besides.push(calls.length);
      hasBegun = true;
      const isStruck = calls.length === at;
      if (isStruck && moment === "before") return await die(label);
      const result = work();
      running.add(result);
      try {
        const value = await result;
        if (isStruck) return await die(label);
        return isDead ? await never : value;
      } catch (error) {
        if (isStruck) return await die(label);
        if (isDead) return await never;
        throw error;
      } finally {
        running.delete(result);
      }
    };
    return {
      watch: (name, port) =>
        new Proxy(port, {
          get: (target, key) => {
            const member: unknown = Reflect.get(target, key);
            if (typeof member !== "function") return member;
            return async (...args: readonly unknown[]) =>
              await call(labelOf(name, String(key), args[0]), () => member.apply(target, args) as Promise<unknown>);
          },
        }),
      survive: async (work) => {
        const result = await Promise.race([work, killed.then(() => undefined)]);
        // What was under way when the process ended still arrives.
        if (isDead) await Promise.allSettled(running);
        return result;
      },
    };
  };

  return { struck: () => struck, calls: () => calls, besides: () => besides, begin };
};

/** AWS clients have one method for all calls, whose argument's class names what it does. */
const labelOf = (name: string, method: string, argument: unknown): string =>
  `${name}.${method === "send" && isCommand(argument) ? argument.constructor.name : method}`;

const isCommand = (value: unknown): value is object =>
  typeof value === "object" && value !== null && value.constructor.name.endsWith("Command");
