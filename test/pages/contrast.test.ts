import { describe, expect, it } from "vitest";
import { DOCS_STYLESHEET } from "../../src/docs/style.ts";
import { STYLESHEET } from "../../src/pages/page-style.ts";

/** The colours of one scheme: `--name: #rrggbb`. */
function tokensOf(css: string): Record<string, string> {
  const pairs = [...css.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6})\b/g)];
  return Object.fromEntries(pairs.map(([, name, colour]) => [name ?? "", colour ?? ""]));
}

const [light = "", dark = ""] = STYLESHEET.split("prefers-color-scheme: dark");
const SCHEMES = { light: tokensOf(light), dark: tokensOf(dark.split("* { box-sizing")[0] ?? "") };

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const hex = colour.slice(1);
  const whole = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** Text on what it stands on (1.4.3), and what shows where something can be used (1.4.11). */
const TEXT = [
  ...["ink", "soft", "accent"].flatMap((text) => ["paper", "card", "tint"].map((ground) => [text, ground])),
  ["on-accent", "accent"],
  ["warn", "warn-tint"],
  ["bad", "bad-tint"],
];
const CONTROLS = [
  ...["card", "paper"].map((ground) => ["edge", ground]),
  ...["card", "paper", "tint"].map((ground) => ["accent", ground]),
];

describe.each(Object.entries(SCHEMES))("in the %s scheme", (_, tokens) => {
  const of = (pair: string[]) => {
    const [one, other] = pair.map((name) => tokens[name]);
    if (!one || !other) throw new Error(`No colour for ${pair.join(" on ")}.`);
    return contrast(one, other);
  };

  it.each(TEXT)("text in %s can be read on %s", (...pair) => {
    expect(of(pair)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CONTROLS)("a border in %s shows on %s", (...pair) => {
    expect(of(pair)).toBeGreaterThanOrEqual(3);
  });
});

it("gives everything that can be used a border that shows", () => {
  const rules = [...`${STYLESHEET}\n${DOCS_STYLESHEET}`.matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  const used = /\b(input|select|textarea|button|summary)\b|\.option|\.choices a|\.button\b/;
  const weak = rules
    .filter(([, selector = "", body = ""]) => used.test(selector) && /border(-color)?:[^;]*--line/.test(body))
    .map(([, selector]) => selector?.trim());
  expect(weak).toEqual([]);
  const edged = rules
    .filter(([, , body = ""]) => body.includes("--edge"))
    .map(([, selector = ""]) => selector);
  for (const control of [".field input", ".option", "button.quiet", ".choices a"]) {
    expect(
      edged.some((selector) => selector.includes(control)),
      control,
    ).toBe(true);
  }
});
