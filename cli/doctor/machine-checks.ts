import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import type { Check } from "./check.ts";

const requiredNode = 24;
/** Where `npm run dev` listens unless told otherwise. */
const localPorts = [4_010, 4_011] as const;

/** Whether this Node is new enough. */
export const nodeCheck = (version: string): Check => {
  const isNew = Number(version.split(".")[0]) >= requiredNode;
  return {
    name: "node",
    state: isNew ? "ok" : "failed",
    detail: `${version} (need ≥ ${requiredNode})`,
    ...(isNew ? {} : { fix: `Install Node ${requiredNode}, or use npm run tidepost, which brings it along.` }),
  };
};

/** Whether the ports of `npm run dev` are free; they may be taken by it already. */
export const portsCheck = async (isRunning: boolean): Promise<Check> => {
  const taken: number[] = [];
  for (const port of localPorts) if (!(await isFree(port))) taken.push(port);
  if (taken.length === 0) return { name: "ports", state: "ok", detail: `${localPorts.join(", ")} free` };
  if (isRunning) return { name: "ports", state: "ok", detail: `${taken.join(", ")} taken by the local system` };
  return {
    name: "ports",
    state: "warning",
    detail: `${taken.join(", ")} taken`,
    fix: "npm run dev -- --port 4020 --sink-port 4021",
  };
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
};

/** Whether the user's own file, which holds keys, is closed to others. */
export const configCheck = async (path: string): Promise<Check> => {
  const name = "config file";
  try {
    const mode = (await stat(path)).mode & 0o777;
    if ((mode & 0o077) === 0) return { name, state: "ok", detail: path };
    return { name, state: "warning", detail: `${path} can be read by others`, fix: `chmod 600 ${path}` };
  } catch {
    return { name, state: "ok", detail: "none yet" };
  }
};
