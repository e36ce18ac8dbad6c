import { z } from "zod";
import type { FileSource } from "../../attachments/object.ts";
import { callGraph, type GraphAccess, graphOrigin } from "./graph.ts";

/**
 * Files that customers sent, which lie at Meta: on WhatsApp by an id that names an address for some minutes, which wants
 * the token (developers.facebook.com, business-messaging, whatsapp, business-phone-numbers/media, read December 2026); on
 * Messenger and Instagram at an address that needs none.
 */

/** Whose addresses are fetched: a token goes nowhere else. */
const HOSTS = /(^|\.)(fbsbx\.com|fbcdn\.net|facebook\.com|cdninstagram\.com|whatsapp\.net)$/;

const known = z.object({ url: z.string() });

/** A file of WhatsApp, by its id. @throws Error where it cannot be had */
export async function mediaOf(
  env: Env,
  access: GraphAccess,
  id: string,
  signal: AbortSignal,
): Promise<FileSource> {
  const answer = await callGraph(env, access, encodeURIComponent(id));
  if (!answer.ok) throw new Error("Meta does not name the file.");
  return fetched(env, known.parse(answer.result).url, signal, { authorization: `Bearer ${access.token}` });
}

/** A file of Messenger or Instagram, by its address. @throws Error where it cannot be had */
export function linkedFile(env: Env, url: string, signal: AbortSignal): Promise<FileSource> {
  return fetched(env, url, signal, {});
}

async function fetched(
  env: Env,
  address: string,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<FileSource> {
  const url = new URL(address);
  const isMetas = url.origin === graphOrigin(env) || (url.protocol === "https:" && HOSTS.test(url.hostname));
  if (!isMetas) throw new Error("The file does not lie at Meta.");
  const response = await fetch(url, { headers, redirect: "manual", signal });
  if (!response.ok || !response.body) throw new Error(`Meta answered ${response.status}.`);
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  return { body: response.body, ...(Number.isFinite(length) ? { length } : {}) };
}
