/** What each folder may import. Paths are regular expressions from the root; `$1` is the group that `from` captured. */

const sources = "^(bench|cdk|cli|client|console|emulator|lambdas|local|producer|receiver|shared|test|tools)/";
/** What two or more functions decide with. */
const pure = "^shared/((delivery|events|portal|webhooks)/|(api-key|errors|plain-json|job-stores|stores|stream)\\.ts$)";
const npm = (...names) => names.map((name) => `^node_modules/${name}/`);
const core = (...names) => [`^(node:)?(${names.join("|")})$`];

/** A rule that forbids everything but the listed paths. */
const mayImportOnly = ({ name, comment, from, fromNot, allowed, dependencyTypesNot = [] }) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, ...(fromNot !== undefined && { pathNot: fromNot }) },
  to: { pathNot: allowed, ...(dependencyTypesNot.length > 0 && { dependencyTypesNot }) },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    mayImportOnly({
      name: "contract-is-data",
      comment: "What stack and code agree on must not drag either of them in.",
      from: "^shared/contract/",
      allowed: ["^shared/contract/", ...npm("zod")],
    }),
    mayImportOnly({
      name: "text-imports-nothing",
      comment: "Functions, console and command line all speak with it: what it imported would be in each of them.",
      from: "^shared/text/",
      allowed: ["^shared/text/"],
    }),
    mayImportOnly({
      name: "bulk-imports-nothing",
      comment: "Console and command line do it with their own clients, in a browser and on Node.",
      from: "^shared/bulk/",
      allowed: ["^shared/bulk/"],
    }),
    mayImportOnly({
      name: "core-is-pure",
      comment: "Decisions need no clock, I/O, SDK or logger: those are arguments.",
      from: pure,
      allowed: [
        pure,
        "^shared/(contract|text)/",
        ...npm("zod", "ipaddr\\.js", "@bufbuild/protobuf"),
        ...core("buffer", "crypto", "zlib"),
      ],
    }),
    mayImportOnly({
      name: "adapters-know-one-technology",
      comment: "An adapter speaks to one technology in the terms of the core.",
      from: "^shared/adapters/([^/]+)/",
      allowed: [pure, "^shared/(contract|text)/", "^shared/adapters/$1/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "runtime-knows-no-adapter",
      comment: "Logger, metrics and middleware serve every function, whatever it talks to.",
      from: "^shared/runtime/",
      allowed: [pure, "^shared/(contract|runtime|text)/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "lambdas-are-islands",
      comment: "Functions are deployed apart; what two of them need is in shared/.",
      from: "^lambdas/([^/]+)/",
      allowed: ["^lambdas/$1/", "^shared/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    {
      name: "adapters-are-wired-in-index",
      comment: "Handlers declare the ports they need; only the composition root knows what fills them.",
      severity: "error",
      from: { path: "^lambdas/", pathNot: "^lambdas/[^/]+/index\\.ts$" },
      to: { path: "^shared/adapters/" },
    },
    {
      name: "functions-decide-purely",
      comment:
        "What a function decides needs no client, file or socket: index.ts makes them, handler.ts is given them. Named are " +
        "the files that read what the build has put next to the module.",
      severity: "error",
      from: {
        path: "^lambdas/",
        pathNot: "^lambdas/([^/]+/(index|handler)|api/(docs-page|openapi/document)|console/site)\\.ts$",
      },
      to: {
        path: [
          "^node_modules/(@aws-sdk|@smithy|undici)/",
          "^(node:)?(child_process|cluster|dns|fs|http|http2|https|net|tls|worker_threads)(/|$)",
        ],
      },
    },
    mayImportOnly({
      name: "stack-knows-the-contract-only",
      comment:
        "The stack finds functions by name; code it imported would run at every synthesis. It has the site and one page built.",
      from: "^cdk/",
      allowed: [
        "^cdk/",
        "^cdk\\.json$",
        "^shared/contract/",
        "^(console/build/site|tools/api-docs/page)\\.ts$",
        ...npm("@jridgewell/sourcemap-codec", "aws-cdk-lib", "cdk-nag", "constructs", "esbuild"),
      ],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "cli-speaks-to-the-api-only",
      comment: "What the command line can do, every client of the REST API can.",
      from: "^cli/",
      fromNot: "^cli/((aws|listen)/|commands/(sink|gen)\\.ts$)",
      allowed: ["^cli/", "^shared/(bulk|contract|text)/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "cli-brings-receiver-and-generator",
      comment:
        "What stands at both ends of Tidepost on a laptop is the same in the local runtime and in the command line.",
      from: "^cli/commands/(sink|gen)\\.ts$",
      allowed: ["^cli/", "^shared/(contract|text)/", "^local/(sink|generator)/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "cli-delivers-as-functions-do",
      comment: "What a laptop is sent has the batches, headers and signatures of production, by the same code.",
      from: "^cli/listen/",
      allowed: ["^cli/", pure, "^shared/(adapters|contract|text)/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "cli-works-on-a-stack-in-one-folder",
      comment: "The first API key cannot come from the API; what needs AWS credentials instead is in cli/aws/.",
      from: "^cli/aws/",
      allowed: ["^cli/", pure, "^shared/(adapters|contract|text)/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "console-speaks-to-the-api-only",
      comment: "What the console can do, every client of the REST API can.",
      from: "^console/",
      // The program of a receiver is shown as text, never run.
      fromNot: "^console/(build/|receiver-code/receiver\\.mjs$|vite\\.config\\.ts$)",
      allowed: ["^console/", "^shared/(bulk|contract|text)/", "^node_modules/"],
    }),
    mayImportOnly({
      name: "emulator-knows-no-product",
      comment: "It runs the template of any stack; what it knew of this one would be missing from another.",
      from: "^emulator/",
      fromNot: "^emulator/test/",
      allowed: ["^emulator/", "^node_modules/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "local-starts-functions-by-their-entry",
      comment: "The local runtime runs what the template names, so that local and deployed cannot drift.",
      from: "^local/",
      allowed: [
        "^emulator/",
        "^local/",
        "^shared/",
        "^cdk/(create-app|function-bundles)\\.ts$",
        "^console/build/site\\.ts$",
        "^node_modules/",
      ],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "client-stands-alone",
      comment: "It runs in other people's programs, which have neither this project nor its packages but this one.",
      from: "^client/",
      allowed: ["^client/", ...npm("openapi-fetch")],
    }),
    mayImportOnly({
      name: "producer-stands-alone",
      comment: "It runs in other people's programs, which have neither this project nor its packages.",
      from: "^producer/",
      allowed: ["^producer/"],
      dependencyTypesNot: ["core"],
    }),
    mayImportOnly({
      name: "receiver-stands-alone",
      comment: "It runs in other people's programs, which have neither this project nor its packages.",
      from: "^receiver/",
      allowed: ["^receiver/"],
      dependencyTypesNot: ["core"],
    }),
    {
      name: "nothing-imports-tests",
      comment: "Tests and benchmarks see everything and are seen by nothing.",
      severity: "error",
      from: { pathNot: "^(bench|test|emulator/test)/" },
      to: { path: "^(bench|test|emulator/test)/" },
    },
    {
      name: "no-cycle",
      comment: "Modules of a cycle can only be understood together.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      comment: "A module that nothing imports and that imports nothing is left over.",
      severity: "error",
      from: { orphan: true, path: sources, pathNot: ["\\.d\\.ts$", "^tools/require-node\\.js$"] },
      to: {},
    },
    {
      name: "no-unresolvable",
      comment: "A rule cannot judge an import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-unlisted-package",
      comment: "A package that only another package brings may be gone tomorrow.",
      severity: "error",
      from: { path: sources },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "production-needs-production-packages",
      comment: "Types may come from development packages, code may not.",
      severity: "error",
      from: { path: "^(lambdas|shared)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "^node_modules/@types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdk\\.out|coverage|dist)/" },
    tsPreCompilationDeps: true,
    preserveSymlinks: true,
    enhancedResolveOptions: {
      conditionNames: ["import", "node", "default", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
