import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import type { TestServer } from "./server.ts";

/** Hands a mail to the server as Email Routing does: wrangler's own address for that. */
export async function arrive(server: TestServer, from: string, to: string, raw: string): Promise<Response> {
  const url = new URL("/cdn-cgi/handler/email", server.url);
  url.search = new URLSearchParams({ from, to }).toString();
  return fetch(url, { method: "POST", body: raw });
}

/** The mails that the server has put into its folder, the oldest first. */
export async function mailsOf(server: TestServer): Promise<Email[]> {
  const folder = join(server.dataDir, "mail");
  const files = readdirSync(folder).sort();
  return Promise.all(files.map((file) => PostalMime.parse(readFileSync(join(folder, file)))));
}

/** A mail of somebody whom Cloudflare found to be who they say. */
export function proven(from: string, headers: readonly string[], text: string): string {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const results = `dkim=pass header.d=${domain}; dmarc=pass header.from=${domain}`;
  return [
    `Authentication-Results: mx.cloudflare.net; ${results}`,
    ...[`From: Ada <${from}>`, "Date: Tue, 01 Dec 2026 00:00:00 +0000", ...headers],
    ...["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text],
  ].join("\r\n");
}
