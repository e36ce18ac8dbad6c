import type { WidgetSettings } from "./widget.ts";

/** The least contrast of text to what it stands on: WCAG 2.2, 1.4.3. */
const READABLE = 4.5;

/** Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2). */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2). @param one `#rrggbb`, as `other` */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on a colour: one of them always reads well enough. */
export function readableOn(background: string): string {
  return contrast("#ffffff", background) >= contrast("#000000", background) ? "#ffffff" : "#000000";
}

/** A text colour, and what it stands on. */
const PAIRS = [
  { text: "headerTextColor", on: "headerBgColor" },
  { text: "botMsgTextColor", on: "botMsgColor" },
  { text: "userMsgTextColor", on: "userMsgColor" },
] as const satisfies { text: keyof WidgetSettings; on: keyof WidgetSettings }[];

/** A text colour that the widget shows in place of the one that was set, since nobody could read that. */
export interface CorrectedColor {
  setting: (typeof PAIRS)[number]["text"];
  set: string;
  shown: string;
  /** Of the one that was set to what it stands on, rounded down to a tenth. */
  contrast: number;
}

/** The text colours that are not readable where they stand, and what the widget shows in their place. */
export function correctedColors(widget: WidgetSettings): CorrectedColor[] {
  return PAIRS.flatMap(({ text, on }) => {
    const found = contrast(widget[text], widget[on]);
    if (found >= READABLE) return [];
    return {
      ...{ setting: text, set: widget[text], shown: readableOn(widget[on]) },
      contrast: Math.floor(found * 10) / 10,
    };
  });
}

/** The settings as the widget shows them. */
export function readableColors(widget: WidgetSettings): WidgetSettings {
  const changes = correctedColors(widget).map(({ setting, shown }) => [setting, shown]);
  return { ...widget, ...Object.fromEntries(changes) };
}
