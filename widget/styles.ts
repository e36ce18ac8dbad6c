import type { WidgetConfig } from "../src/widget/wire.ts";

/** Surfaces on a dark page, where nobody set any. */
const DARK = { background: "#0f172a", text: "#e2e8f0", bot: "#1e293b", botText: "#f1f5f9" };

/** The colours as they are set, those of a dark page where the surfaces follow it. */
export function colorsOf({ colors, followsPage }: WidgetConfig, isDark: boolean): string {
  const { header, headerText, background, text, bot, botText, user, userText, icon, iconText } = {
    ...colors,
    ...(followsPage && isDark ? DARK : {}),
  };
  const mixed = (share: number) => `color-mix(in srgb, ${text} ${share}%, ${background})`;
  return `.root { --header: ${header}; --header-text: ${headerText}; --paper: ${background}; --text: ${text};
    --bot: ${bot}; --bot-text: ${botText}; --user: ${user}; --user-text: ${userText}; --icon: ${icon}; --icon-text: ${iconText};
    --soft: ${mixed(68)}; --edge: ${mixed(14)}; --line: ${mixed(46)}; --tint: ${mixed(6)}; --field: ${background}; --ring: ${text}; }`;
}
