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
  /**
   * Where to kill for all that a kill can leave behind. That is what an invocation had begun to change: its first changes, in the
   * order in which they began. So it is before each change (or before the first call, where there is none), and after the last
   * change of each invocation.
   */
  readonly killPoints: (moment: Moment) => readonly KillPoint[];
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

/** A change of an invocation, both counted from 1; change 0 is the first call of an invocation that changes nothing. */
export interface KillPoint {
  readonly invocation: number;
  readonly change: number;
}

/** Whether a call may change something, by its name. */
export const mayChange = (label: string): boolean => !reading.test(label);
const reading = /^(?:dynamodb\.(?:Get|Query|BatchGet)Command|s3\.(?:find|load))$/;

const never = new Promise<never>(() => undefined);

/**
 * Strikes the call of that number, counted from 1 over all invocations, 0 none; or that change of an invocation, whichever it is:
 * calls that run side by side begin in another order each time.
 */
export const killSwitch = (at: number | KillPoint, moment: Moment): KillSwitch => {
  const calls: string[] = [];
  /** Of each invocation, how many calls it made, and how many of them may change something. */
  const invocations: { calls: number; changes: number }[] = [];
  let struck: string | undefined;

  const begin = (): Invocation => {
    const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
    const running = new Set<Promise<unknown>>();
    const own = { calls: 0, changes: 0 };
    const invocation = invocations.push(own);
    let isDead = false;
    const die = (label: string): Promise<never> => {
      isDead = true;
      struck = label;
      kill();
      return never;
    };
    const call = async (label: string, work: () => Promise<unknown>): Promise<unknown> => {
      if (isDead) return await never;
      calls.push(label);
      own.calls += 1;
      if (mayChange(label)) own.changes += 1;
      const isNext = at === calls.length;
      const isPoint = typeof at === "object" && invocation === at.invocation && own.changes === at.change;
      const isStruck = struck === undefined && (isNext || (isPoint && (own.calls === 1 || mayChange(label))));
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

  return {
    struck: () => struck,
    calls: () => calls,
    killPoints: (when) =>
      invocations.flatMap(({ calls: made, changes }, index) => {
        const point = (change: number): KillPoint => ({ invocation: index + 1, change });
        if (when === "after") return changes > 0 ? [point(changes)] : [];
        if (changes === 0) return made > 0 ? [point(0)] : [];
        return Array.from({ length: changes }, (_, earlier) => point(earlier + 1));
      }),
    begin,
  };
};

/** AWS clients have one method for all calls, whose argument's class names what it does. */
const labelOf = (name: string, method: string, argument: unknown): string =>
  `${name}.${method === "send" && isCommand(argument) ? argument.constructor.name : method}`;

const isCommand = (value: unknown): value is object =>
  typeof value === "object" && value !== null && value.constructor.name.endsWith("Command");
