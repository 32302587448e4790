import { fc, it as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ignoredFieldsText, ignoredFieldsValue } from "#shared/text/ignored-fields.ts";
import { isUuid, shortId } from "#shared/text/ids.ts";
import { exactJsonOf, jsonOf, readable } from "#shared/text/json.ts";
import { noWebhookText } from "#shared/text/missing.ts";
import { bytes, count, counted, shortCount } from "#shared/text/numbers.ts";
import { beginningOf, endOf } from "#shared/text/cut.ts";
import { plain, plainJson, plainLines } from "#shared/text/plain.ts";
import { hostileTexts, obeyedByTerminals } from "../../support/hostile-values.ts";
import {
  ago,
  countdown,
  dayMs,
  duration,
  exactTime,
  hourMs,
  minuteMs,
  timeUntil,
  secondMs,
  utcClock,
  utcTime,
} from "#shared/text/times.ts";

describe("a length of time", () => {
  it.each([
    [-5, "0 ms"],
    [84.4, "84 ms"],
    [999.4, "999 ms"],
    [1_234, "1.2 s"],
    [6 * secondMs, "6 s"],
    [47 * secondMs, "47 s"],
    [59_700, "1 min"],
    [3 * minuteMs, "3 min"],
    [3 * minuteMs + 59 * secondMs, "3 min 59 s"],
    [hourMs, "1 h"],
    [hourMs + 12 * minuteMs + 59 * secondMs, "1 h 12 min"],
    [26 * hourMs, "1 d 2 h"],
    [2 * dayMs + 59 * minuteMs, "2 d"],
  ])("of %d ms reads %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("is counted down in whole seconds, to none", () => {
    expect([2_400, 1_000, 1, 0, -3_000].map(countdown)).toEqual(["3 s", "1 s", "1 s", "0 s", "0 s"]);
  });

  property.prop([fc.integer({ min: 0, max: 400 * dayMs })])("has at most two units, none of them empty", (ms) => {
    const text = duration(ms);
    expect(text).toMatch(/^\d+(\.\d)? (ms|s|min|h|d)( \d+ (s|min|h))?$/);
    expect(text).not.toMatch(/ 0 /);
  });
});

describe("a time", () => {
  it.each([
    [-secondMs, "just now"],
    [4 * secondMs, "just now"],
    [12 * secondMs, "12 s ago"],
    [3 * minuteMs, "3 min ago"],
    [5 * hourMs, "5 h ago"],
    [49 * hourMs, "2 d ago"],
  ])("%d ms ago reads %s", (ms, text) => {
    expect(ago(ms)).toBe(text);
  });

  it("is exact to the second, and says its zone", () => {
    expect(utcTime("2026-01-02T03:04:05.678+01:00")).toBe("2026-01-02 02:04:05 UTC");
    expect(exactTime("2026-01-02T03:04:05.678Z", "utc")).toBe("2026-01-02 03:04:05 UTC");
    expect(utcClock("2026-01-02T03:04:05.678Z")).toBe("03:04:05Z");
    expect(utcTime("never")).toBe("never");
  });

  it("is told by how far off it is", () => {
    expect(timeUntil("2026-01-02T03:04:05Z", Date.parse("2026-01-02T03:03:18Z"))).toBe("in 47 s");
    expect(timeUntil("2026-01-02T03:04:05Z", Date.parse("2026-01-02T03:05:05Z"))).toBe("now");
  });
});

it("numbers are written for people", () => {
  expect([counted(1, "batch", "batches"), counted(1_904_221, "event")]).toEqual(["1 batch", "1,904,221 events"]);
  expect([count(9_999), shortCount(9_999), shortCount(1_904_221)]).toEqual(["9,999", "9,999", "1.9M"]);
  expect([bytes(900), bytes(2_904_118), bytes(10_485_760)]).toEqual(["900 B", "2.8 MB", "10 MB"]);
});

it("ids are known and cut", () => {
  expect(shortId("5b0f6c10-3c1d-4aee-9a2f-0242ac120002")).toBe("5b0f6c10");
  expect([isUuid("5B0F6C10-3c1d-4aee-9a2f-0242ac120002"), isUuid("5b0f6c10")]).toEqual([true, false]);
});

it("JSON is read to the last digit, and as far as it can be where it is nested deeply", () => {
  const text = '{"id":92356927693813856123,"cost":1.50,"n":[1e400,7],"s":"92356927693813856123"}';
  expect(JSON.stringify(exactJsonOf(text))).toBe(text);
  expect(exactJsonOf('{"a":[1,"x",null,true]}')).toEqual({ a: [1, "x", null, true] });
  expect([exactJsonOf("<html>"), exactJsonOf("")]).toEqual([undefined, undefined]);
  expect(exactJsonOf(`${"[".repeat(5_000)}${"]".repeat(5_000)}`)).toBeInstanceOf(Array);
});

it("JSON is read where it is some, and laid out", () => {
  expect([jsonOf("[1]"), jsonOf("null"), jsonOf("<html>")]).toEqual([[1], null, undefined]);
  expect([readable('{"a":1}'), readable("a\nb")]).toEqual(['{\n  "a": 1\n}', "a\nb"]);
});

it("the reason why no webhook is named is another one when there were some", () => {
  expect(noWebhookText({ webhooks_total: 0 })).toBe("no webhook takes it");
  expect(noWebhookText({ webhooks_total: 1 })).toContain("deleted or moved");
});

describe("text from elsewhere", () => {
  it.each([
    ["an escape sequence", "\u001B[31mred", "[31mred"],
    ["the one character that begins one", "a\u009B31mb", "a 31mb"],
    ["an override of the direction", "gpj.\u202Eexe", "gpj. exe"],
    ["an isolate", "a\u2066b\u2069c", "a b c"],
    ["marks of direction", "a\u200Eb\u200Fc\u061Cd", "a b c d"],
    ["ends of lines", "a\r\nb\u2028c\u2029d", "a b c d"],
  ])("loses %s", (_, text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  it("keeps what people write", () => {
    for (const text of ["Größe – 10 €", "日本語", "שלום", "👩‍🚀 mission", "a\u00A0b"]) expect(plain(text)).toBe(text);
  });
});

describe("a text that is cut", () => {
  property.prop([fc.string({ unit: "grapheme" }), fc.nat(20)])(
    "has no half of a character, and is as long as it may",
    (text, length) => {
      const [beginning, end] = [beginningOf(text, length), endOf(text, length)];
      expect([beginning.isWellFormed(), end.isWellFormed()]).toEqual([true, true]);
      expect([text.startsWith(beginning), text.endsWith(end)]).toEqual([true, true]);
      for (const cut of [beginning, end]) {
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(length - 1, text.length));
      }
    },
  );
});

describe("what a terminal would obey", () => {
  const texts = Object.values(hostileTexts).filter((text) => text.isWellFormed());

  it.each(texts.map((text) => JSON.stringify(text)))("is a space in lines, and escaped in JSON: %s", (json) => {
    const value: unknown = JSON.parse(json);
    // oxlint-disable-next-line no-control-regex -- that is what it is for
    const colours = /\u001B\[[\d;]*m/g;
    expect(plainLines(String(value)).replaceAll(colours, "").replaceAll("\t", " ")).not.toMatch(obeyedByTerminals);
    expect(plainJson(json)).not.toMatch(obeyedByTerminals);
    expect(JSON.parse(plainJson(json))).toBe(value);
  });

  it("leaves lines, tabs and the command's own colours", () => {
    expect(plainLines("\u001B[32m✔\u001B[39m\ta\nb\u001B[2J")).toBe("\u001B[32m✔\u001B[39m\ta\nb [2J");
  });
});

describe("fields that an API has ignored", () => {
  it("are told in a sentence, with what was meant", () => {
    const told = (...fields: Parameters<typeof ignoredFieldsValue>[0]) => ignoredFieldsText(ignoredFieldsValue(fields));
    expect(told({ name: "nmae", meant: "name" })).toBe(
      "The API does not know the field 'nmae' and has ignored it. Did you mean 'name'?",
    );
    expect(told({ name: "a, b;meant=c" })).toBe("The API does not know the field 'a, b;meant=c' and has ignored it.");
    expect(told({ name: "x" }, { name: "auth_credentials.pasword", meant: "auth_credentials.password" })).toBe(
      "The API does not know these fields and has ignored them: 'x', " +
        "'auth_credentials.pasword' (did you mean 'auth_credentials.password'?)",
    );
  });

  it.each([[null], [""], [" , "]])("are none in a header of %j", (value) => {
    expect(ignoredFieldsText(value)).toBeUndefined();
  });

  it("are told of an API that escapes them wrongly, too", () => {
    expect(ignoredFieldsText("%E0%A4%A;meant=<b>")).toContain("'%E0%A4%A' and has ignored it.");
  });
});
