import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A site of somebody who embeds the widget: on an origin of its own, so the widget is a stranger there. `/strict` has a
 * policy as narrow as it can be, `/hostile` styles and scripts that get in everything's way.
 */
export interface Site {
  url: string;
  close(): void;
}

const HOSTILE_STYLE = `
  * { all: unset !important; display: block !important; font: 700 60px/1 fantasy !important; color: red !important;
    background: yellow !important; position: static !important; visibility: hidden !important; }
  body * { transform: rotate(3deg) !important; filter: blur(9px) !important; }
  html { font-size: 60px !important; } body > * { display: none !important; width: 3px !important; overflow: hidden !important; }
  parley-chat { opacity: 0 !important; pointer-events: none !important; z-index: -1 !important; }
  button, input, textarea { appearance: none !important; border: 20px solid lime !important; }
`;

const HOSTILE_SCRIPT = `
  Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };
  Array.prototype.extra = 1;
  Object.prototype.further = function () {};
  String.prototype.trimStart = () => { throw new Error("hostile"); };
  window.shortcuts = [];
  for (const kind of ["keydown", "keypress", "keyup"]) {
    document.addEventListener(kind, (event) => { window.shortcuts.push(event.key); event.preventDefault(); });
  }
  addEventListener("load", () => {
    window.fetch = () => { throw new Error("hostile"); };
    window.WebSocket = class { constructor() { throw new Error("hostile"); } };
    // As frameworks do that draw the page anew.
    setTimeout(() => document.body.replaceChildren(document.createElement("p")), 1500);
  });
`;

/** @param origin of the Parley server @param inboxKey whose widget it is */
export async function startSite(origin: string, inboxKey: string): Promise<Site> {
  const widget = (nonce = "") =>
    `<script ${nonce && `nonce="${nonce}"`} src="${origin}/widget.js?inbox=${inboxKey}" async></script>`;
  const page = (head: string, body = "<h1>A shop</h1><p>Tents and boots.</p>", html = 'lang="en"') =>
    `<!doctype html><html ${html}><head><meta charset="utf-8"><title>A shop</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body>${body}</body></html>`;
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-a1'",
    `connect-src ${origin} ${origin.replace("http", "ws")}`,
    "img-src 'self'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const pages: Record<string, { html: string; policy?: string }> = {
    "/strict": { html: page(widget("a1")), policy },
    "/hostile": {
      html: page(`<style>${HOSTILE_STYLE}</style><script>${HOSTILE_SCRIPT}</script>${widget()}`),
    },
    "/dark": { html: page(`<style>body { color: #eee; background: #111; }</style>${widget()}`) },
    "/tents": {
      html: page(widget(), `<h1>Tents</h1><div style="height: 3000px">${"<p>A tent.</p>".repeat(9)}</div>`),
    },
  };
  const server = createServer((request, response) => {
    const found = pages[request.url?.split("?")[0] ?? ""];
    // Browsers ask for an icon by themselves.
    response.writeHead(found ? 200 : 204, {
      "content-type": "text/html; charset=utf-8",
      ...(found?.policy ? { "content-security-policy": found.policy } : {}),
    });
    response.end(found?.html ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => server.close() };
}
