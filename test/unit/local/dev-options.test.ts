import { Command } from "commander";
import { expect, test } from "vitest";
import { readableLogLine } from "../../../local/function-log.ts";
import { type DevOptions, devOptions } from "../../../local/options.ts";

const parse = (...parameters: readonly string[]): DevOptions => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of devOptions) command.addOption(option);
  return command.parse(parameters, { from: "user" }).opts<DevOptions>();
};

test("the defaults start a quick local system with its demo", () => {
  expect(parse()).toEqual({
    port: 4_010,
    sinkPort: 4_011,
    window: 2,
    retryScale: 60,
    key: "local-key",
    strictTargets: false,
    ses: false,
    demo: true,
    rate: 5,
    mix: "campaign",
    json: false,
    verbose: false,
  });
});

test("every option can be set", () => {
  const numbers = ["--port", "5000", "--sink-port", "5001", "--window", "30", "--retry-scale", "1.5"];
  const others = ["--key", "k-1", "--data", "somewhere", "--strict-targets", "--ses", "--no-demo", "--verbose"];
  const demo = ["--to", "http://localhost:8080", "--rate", "200", "--mix", "burst", "--json"];
  expect(parse(...numbers, ...others, ...demo)).toEqual({
    port: 5_000,
    sinkPort: 5_001,
    window: 30,
    retryScale: 1.5,
    key: "k-1",
    data: "somewhere",
    strictTargets: true,
    ses: true,
    demo: false,
    to: "http://localhost:8080/",
    rate: 200,
    mix: "burst",
    json: true,
    verbose: true,
  });
});

test("port 0 asks for a free one", () => {
  expect(parse("--port", "0", "--sink-port", "0")).toMatchObject({ port: 0, sinkPort: 0 });
});

test.each([
  ["--port", "-1", "a port from 0 to 65535"],
  ["--port", "4010x", "a port from 0 to 65535"],
  ["--port", " ", "a port from 0 to 65535"],
  ["--sink-port", "70000", "a port from 0 to 65535"],
  ["--window", "1.5", "whole seconds from 0 to 300"],
  ["--window", "301", "whole seconds from 0 to 300"],
  ["--retry-scale", "0.5", "a number from 1 to 100000"],
  ["--retry-scale", "fast", "a number from 1 to 100000"],
  ["--key", "two words", "visible ASCII"],
  ["--data", " ", "a directory"],
  ["--to", "localhost:8080", "an http or https URL"],
  ["--rate", "0", "a whole number from 1 to 100000"],
  ["--mix", "none", "Allowed choices are campaign, steady"],
])("%s %j is refused with what it must be", (option, value, text) => {
  expect(() => parse(option, value)).toThrow(text);
});

const shown = (text: string) => readableLogLine({ functionName: "F", text });

test("of a function's lines, warnings and errors are shown with their facts", () => {
  const line = {
    level: "ERROR",
    message: "hand-over failed",
    timestamp: "2026-01-01",
    service: "batch",
    batchId: "b1",
  };
  expect(shown(JSON.stringify(line))).toBe('ERROR: hand-over failed batchId="b1"');
  expect(shown(JSON.stringify({ ...line, level: "INFO" }))).toBeUndefined();
  expect(shown(JSON.stringify({ level: "ERROR", message: "Unauthorized" }))).toBeUndefined();
  expect(shown(JSON.stringify({ _aws: { Timestamp: 1 } }))).toBeUndefined();
  expect(shown("(node:1) Warning: something")).toBe("(node:1) Warning: something");
  expect(shown("  ")).toBeUndefined();
});
