import { env, exports } from "cloudflare:workers";

/** Pages of the documentation as any reader gets them, and what is in them. */

export const ORIGIN = new URL(env.PUBLIC_URL).origin;
export const get = (path: string, init?: RequestInit) =>
  exports.default.fetch(new Request(`${ORIGIN}${path}`, { redirect: "manual", ...init }));
export const pageAt = async (path: string) => (await get(path)).text();

/** The texts of HTML elements, entities resolved, in the order of the page. */
export async function textsOf(html: string, selector: string): Promise<string[]> {
  const texts: string[] = [];
  const rewriter = new HTMLRewriter().on(selector, {
    element: () => {
      texts.push("");
    },
    text: ({ text }) => {
      texts.push((texts.pop() ?? "") + text);
    },
  });
  await rewriter.transform(new Response(html)).text();
  return texts.map((text) =>
    text
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&"),
  );
}

export async function attributesOf(html: string, selector: string, name: string): Promise<string[]> {
  const values: string[] = [];
  const rewriter = new HTMLRewriter().on(selector, {
    element: (element) => {
      values.push(element.getAttribute(name) ?? "");
    },
  });
  await rewriter.transform(new Response(html)).text();
  return values;
}

/** What is meant for programs, and its type. */
export const MACHINES = [
  ["/llms.txt", "text/plain; charset=utf-8"],
  ["/.well-known/mcp/server-card.json", "application/mcp-server-card+json"],
  ["/mcp/server-card", "application/mcp-server-card+json"],
  ["/.well-known/ai-catalog.json", "application/ai-catalog+json"],
] as const;
