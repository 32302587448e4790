import { readFileSync, writeFileSync } from "node:fs";

// npm leaves optional packages of other platforms out of the lock file when it cannot read their manifests on the machine
// that writes it, and `npm ci` then refuses the file everywhere. This adds them by what their parents say of them.

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const lockfile = "package-lock.json";
const lock = JSON.parse(readFileSync(lockfile, "utf8")) as { packages: Record<string, LockedPackage> };
const { packages } = lock;

const systems = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32", "aix"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** Where Node finds a package from below `parent`, as npm writes it. */
const isLocked = (parent: string, name: string): boolean => {
  for (let base = parent; ; base = base.slice(0, base.lastIndexOf("/node_modules/"))) {
    if (packages[`${base === "" ? "" : `${base}/`}node_modules/${name}`] !== undefined) return true;
    if (base === "") return false;
    if (!base.includes("/node_modules/")) base = "/node_modules/";
  }
};

const describe = (name: string, version: string, isDev: boolean): LockedPackage => {
  const words = name.toLowerCase().split(/[/-]/);
  const cpu = processors.filter((processor) => words.includes(processor));
  const os = systems.filter((system) => words.includes(system));
  const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : [];
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(isDev ? { dev: true } : {}),
    ...(os.includes("linux") && libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
};

const added = Object.entries(packages).flatMap(([path, { dev = false, optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies).flatMap(([name, version]) => {
    if (isLocked(path, name) || !/^\d/.test(version)) return [];
    packages[`node_modules/${name}`] = describe(name, version, dev);
    return [name];
  }),
);
const { "": root = {}, ...others } = packages;
const byPath = Object.entries(others).toSorted(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = { "": root, ...Object.fromEntries(byPath) };
writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${lockfile}: ${added.length} packages of other platforms added\n`);
