import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import worker from "../../src/index.ts";

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const ctx = createExecutionContext();
  const request = new Request(`${env.PUBLIC_URL}/api/operator/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${env.OPERATOR_KEY}`, "content-type": "application/json" },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  const response = await worker.fetch(request, env, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

const row = z.record(z.string(), z.unknown());

/** What the operator API answers. @throws Error with the answer when it refuses */
export async function operate(method: string, path: string, body?: unknown) {
  const response = await send(method, path, body);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return row.parse(await response.json());
}

/** The rows of one of the operator API's lists. */
export async function operateList(path: string) {
  return z.object({ items: z.array(row) }).parse(await operate("GET", path)).items;
}

/** How the operator API refuses: the status and the error. @throws Error when it does not */
export async function refusal(method: string, path: string, body?: unknown) {
  const response = await send(method, path, body);
  if (response.ok) throw new Error(`Not refused: ${await response.text()}`);
  const { error } = z
    .object({ error: z.looseObject({ code: z.string(), message: z.string() }) })
    .parse(await response.json());
  return { status: response.status, ...error };
}
