/** The part of the client that the tests use; the package has no types. */
declare module "sparkpost" {
  interface Webhooks {
    readonly list: (options?: object) => Promise<Results>;
    readonly get: (id: string, options?: object) => Promise<Results>;
    readonly create: (webhook: object) => Promise<Results>;
    readonly update: (id: string, webhook: object) => Promise<Results>;
    /** Resolves with the body of the answer. */
    readonly delete: (id: string) => Promise<unknown>;
    readonly validate: (id: string, options: { readonly message: unknown }) => Promise<Results>;
    readonly getBatchStatus: (id: string, options?: object) => Promise<Results>;
    readonly getDocumentation: () => Promise<Results>;
    readonly getSamples: (options?: object) => Promise<Results>;
  }
  interface Results {
    // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
    readonly results: any;
  }
  export default class SparkPost {
    constructor(key: string, options: { readonly origin: string });
    readonly webhooks: Webhooks;
  }
}
