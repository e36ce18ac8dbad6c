import { raw } from "hono/html";
import { articleHtml } from "../help/markdown.ts";
import { METRICS } from "./metrics-text.ts";
import { docsPage } from "./page.tsx";

/** What a heading or the name of a figure is linked by. */
export const metricId = (name: string): string =>
  name
    .replaceAll(/<[^>]+>|&\w+;/g, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** `/docs/metrics`: what docs/metrics.md says, each heading and each figure with an address of its own. */
export function metricsPage(): Promise<string> {
  // The page has its title, and what else is written of the deployment is no page here.
  const text = METRICS.replace(/^# .*\n/, "").replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1");
  const taken = new Set<string>();
  const named = (name: string) => {
    const id = metricId(name);
    if (taken.has(id)) return "";
    taken.add(id);
    return ` id="${id}"`;
  };
  const html = articleHtml(text)
    .replaceAll(
      /<(h[2-6])>(.*?)<\/\1>/g,
      (_, tag: string, name: string) => `<${tag}${named(name)}>${name}</${tag}>`,
    )
    .replaceAll(/<tr>\s*<td>(.*?)<\/td>/g, (_, name: string) => `<tr><td${named(name)}>${name}</td>`);
  return docsPage({
    title: "Metrics",
    path: "/docs/metrics",
    description: "What every figure of Parley means: which things count, on which day, for whom.",
    content: raw(html),
  });
}
