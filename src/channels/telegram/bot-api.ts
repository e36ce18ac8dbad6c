import type { ApiMethods } from "@grammyjs/types";
import { z } from "zod";
import { sourceOfResponse } from "../../attachments/given.ts";
import type { FileSource } from "../../attachments/object.ts";
import { parseJson } from "../../http/json-text.ts";
import { withinTime } from "../../http/time-limit.ts";
import { multipart, type UploadedFile } from "../multipart.ts";

/**
 * The Bot API of Telegram (core.telegram.org/bots/api, read November 2026): a method is a POST of JSON, and every answer
 * says `ok`. The methods' own arguments are grammY's types; its client would be a hundredth of all that is shipped.
 */

type Methods = ApiMethods<never>;
export type Method = keyof Methods;
export type Args<M extends Method> = Methods[M] extends (args: infer A) => unknown ? NonNullable<A> : never;

/** How long the service may take, and with a file that goes up. */
const TIMEOUT_MS = 15_000;
const UPLOAD_MS = 60_000;

const answerSchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string(),
    parameters: z
      .object({ retry_after: z.number().optional(), migrate_to_chat_id: z.int().optional() })
      .optional(),
  }),
]);

/** What a method came to. */
export type BotAnswer =
  | { ok: true; result: unknown }
  /** The service refuses it: its own code and words, and what to do. */
  | { ok: false; code: number; description: string; retryAfterSeconds?: number; movedTo?: number }
  /** It could not be asked, or did not answer as itself. */
  | { ok: false; code: null; description: string };

/** Where the service is: TELEGRAM_API, or Telegram's own servers. A server of one's own may stand in for them. */
export function apiOrigin(env: Env): string {
  return (env.TELEGRAM_API || "https://api.telegram.org").replace(/\/+$/, "");
}

/** Calls a method as a bot. Never throws, and never tells the token. */
export function callBot<M extends Method>(
  env: Env,
  token: string,
  method: M,
  args: Args<M>,
): Promise<BotAnswer> {
  const headers = { "content-type": "application/json" };
  return post(`${apiOrigin(env)}/bot${token}/${method}`, { headers, body: JSON.stringify(args) }, TIMEOUT_MS);
}

/** Calls a method that takes a file, which goes up as its bytes come. Never throws, and never tells the token. */
export function uploadToBot(
  env: Env,
  token: string,
  method: "sendPhoto" | "sendVideo" | "sendAudio" | "sendDocument",
  fields: Readonly<Record<string, string>>,
  file: UploadedFile,
): Promise<BotAnswer> {
  return post(`${apiOrigin(env)}/bot${token}/${method}`, multipart(fields, file), UPLOAD_MS);
}

const described = z.object({
  file_path: z
    .string()
    .regex(/^[\w/.-]+$/)
    .refine((path) => !path.includes("..")),
});

/** Fetches a file that came in. @throws where it cannot be had, without telling the token */
export async function downloadFromBot(
  env: Env,
  token: string,
  fileId: string,
  signal: AbortSignal,
): Promise<FileSource> {
  const answer = await callBot(env, token, "getFile", { file_id: fileId });
  const file = answer.ok ? described.safeParse(answer.result) : null;
  if (!file?.success) throw new Error("Telegram does not say where the file is.");
  const address = `${apiOrigin(env)}/file/bot${token}/${file.data.file_path}`;
  const response = await fetch(address, { redirect: "manual", signal }).catch(() => null);
  if (!response?.ok || !response.body) throw new Error("Telegram does not hand out the file.");
  return sourceOfResponse(response, response.body);
}

function post(address: string, request: RequestInit, atMost: number): Promise<BotAnswer> {
  return withinTime(atMost, async (signal): Promise<BotAnswer> => {
    try {
      const response = await fetch(address, { ...request, method: "POST", redirect: "manual", signal });
      const read = answerSchema.safeParse(parseJson(await response.text()));
      if (!read.success) return unanswered(`Telegram answered ${response.status}, and not as it does.`);
      if (read.data.ok) return { ok: true, result: read.data.result };
      const { error_code: code, description, parameters = {} } = read.data;
      return {
        ok: false,
        ...{ code, description },
        retryAfterSeconds: parameters.retry_after,
        movedTo: parameters.migrate_to_chat_id,
      };
    } catch {
      return unanswered(
        signal.aborted ? "Telegram did not answer in time." : "Telegram could not be reached.",
      );
    }
  });
}

function unanswered(description: string): BotAnswer {
  return { ok: false, code: null, description };
}
