import { DependencyError } from "#shared/errors.ts";

/** The same object, whose methods fail for as long as its service is not there. */
export const whileUp = <Port extends object>(isDown: () => boolean, port: Port): Port =>
  new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        if (isDown()) throw new DependencyError("The service is not available");
        return await (member.apply(target, args) as Promise<unknown>);
      };
    },
  });
