import { env } from "cloudflare:workers";
import { type Depot, type NewFile, ownerOf, storeFile } from "../../src/attachments/store.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";

const utf8 = new TextEncoder();

/** Beginnings of files, whatever is behind them. */
export const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82,
]);
export const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0]);
export const text = (said: string) => utf8.encode(said);

/** Where files of an inbox are brought, by a customer of it. */
export function depotOf(tenant: Depot["tenant"], inboxId: string, sourceId = "v_1"): Depot {
  return { tenant, env, inboxId, owner: ownerOf({ sourceId }) };
}

export const store = (depot: Depot, file: Partial<NewFile> = {}) =>
  storeFile(depot, { body: PNG, name: "cat.png", ...file }, new AbortController().signal);

/** A stream of some chunks, one at a time. */
export function streamOf(chunks: Iterable<Uint8Array>, pauseMs = 0): ReadableStream<Uint8Array> {
  const all = chunks[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      if (pauseMs > 0) await scheduler.wait(pauseMs);
      const { done, value } = all.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Reads an address as a browser does. */
export async function read(address: string, headers: Record<string, string> = {}, method = "GET") {
  const { pathname } = new URL(address);
  const response = await serve(`${ORIGIN}${pathname}`, { method, headers });
  return {
    status: response.status,
    headers: response.headers,
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}
