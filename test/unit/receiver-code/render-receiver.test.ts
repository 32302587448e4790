import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  receiverLanguages,
  type ReceiverSettings,
  renderReceiver,
} from "../../../console/receiver-code/render-receiver.ts";

const plain: ReceiverSettings = {
  target: "https://example.com/hooks/in?team=7",
  hasToken: false,
  isSigned: false,
  compression: "none",
};
const all: ReceiverSettings = {
  ...plain,
  target: "http://10.0.0.1:9090/",
  hasToken: true,
  isSigned: true,
  compression: "gzip",
};

describe.each(receiverLanguages)("the receiver in %s", (language) => {
  const codeOf = (settings: ReceiverSettings): string => renderReceiver(language, settings).code;

  it("listens where the target points, or behind a proxy", () => {
    expect(codeOf(plain)).toMatch(/["']\/hooks\/in["']/);
    expect(codeOf(plain)).toContain("8080");
    expect(codeOf(all)).toMatch(/["']\/["']/);
    expect(codeOf(all)).toContain("9090");
  });

  it("has what the webhook needs and no more", () => {
    const parts = ["WEBHOOK_TOKEN", "WEBHOOK_SECRET", "webhook-signature", "gz"];
    const partsOf = (code: string) => parts.filter((part) => code.toLowerCase().includes(part.toLowerCase()));
    expect(partsOf(codeOf(all))).toEqual(parts);
    expect(partsOf(codeOf(plain))).toEqual([]);
    expect(partsOf(codeOf({ ...plain, hasToken: true }))).toEqual(["WEBHOOK_TOKEN"]);
  });

  it("is one program in one file", () => {
    const { fileName, code, displayName } = renderReceiver(language, all);
    expect(fileName).toMatch(/^receiver\.\w+$/i);
    expect(displayName).not.toBe("");
    expect(code).toMatch(/[^\n]\n$/);
    expect(code).not.toContain("${");
  });

  it("is the file, less its marks, for a webhook that has everything", () => {
    const { fileName, code } = renderReceiver(language, { ...all, target: "http://127.0.0.1:8080/path-of-target" });
    const file = readFileSync(new URL(`../../../console/receiver-code/${fileName}`, import.meta.url), "utf8");
    expect(code).toBe(file.replaceAll(/^[ \t]*(?:\/\/|#) #(?:if|else|endif).*\n/gm, ""));
    expect(file.match(/#if/g)?.length).toBe(file.match(/#endif/g)?.length);
  });

  it("keeps a path a text, whatever is in it", () => {
    const { code } = renderReceiver(language, { ...plain, target: `http://127.0.0.1/a'b$c\\d"e#f` });
    const literals = { php: String.raw`'/a\'b$c/d%22e'`, ruby: String.raw`'/a\'b$c/d%22e'` };
    expect(code).toContain(literals[language as "php"] ?? `"/a'b$c/d%22e"`);
  });
});
