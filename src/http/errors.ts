import { HTTPException } from "hono/http-exception";
import { Failure, type FailureCode } from "../tenant/failure.ts";
import { visibleText } from "../tenant/visible-text.ts";
import type { JsonBody } from "./body.ts";
import { logUnexpected } from "./log.ts";

/**
 * Any error as an answer in JSON, for every door that speaks plain HTTP:
 * `{error: {code, message, hint?, candidates?, retryAfterSeconds?, requestId}}`. What is no {@link Failure} is logged
 * and shown as an internal error without its words.
 * @param at the part that failed, for the log
 */
export function errorAnswer(error: unknown, requestId: string, at: string): Response {
  if (error instanceof Failure) return failureAnswer(error, requestId);
  if (error instanceof HTTPException) return error.getResponse();
  return failureAnswer(unexpected(error, requestId, at), requestId);
}

/**
 * What to do where the databases were never made, as behind a bare `wrangler dev` in a fresh checkout; null for every
 * other error. It names nothing of the deployment.
 */
export function notSetUp(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (/no such table/i.test(at.message)) {
      return "The databases of this server are not set up: run npm start once, which makes them, or npm run deploy.";
    }
  }
  return null;
}

/** Logs what should not have happened and gives the failure that may be shown for it. */
export function unexpected(error: unknown, requestId: string, at: string): Failure {
  logUnexpected(requestId, at, error);
  const lacking = notSetUp(error);
  if (lacking !== null) return new Failure("internal", lacking);
  return new Failure("internal", `Internal error. Quote the request id ${requestId} to the operator.`);
}

const BODY_CODES: Record<Extract<JsonBody, { ok: false }>["status"], FailureCode> = {
  400: "invalid_input",
  413: "body_too_large",
  415: "unsupported_media_type",
};

/** What a body that could not be read is to a door that speaks plain HTTP. */
export function bodyFailure({ status, message }: Extract<JsonBody, { ok: false }>): Failure {
  return new Failure(BODY_CODES[status], message);
}

/**
 * A failure as an answer in JSON; what it repeats of a request is made visible.
 * @param status where it is another than the failure's own
 */
export function failureAnswer(failure: Failure, requestId: string, status = failure.status): Response {
  const headers = new Headers(failure.headers);
  const wait = failure.detail.retryAfterSeconds;
  if (wait !== undefined) headers.set("Retry-After", String(wait));
  headers.set("Content-Type", "application/json");
  const error = { ...failure.toJSON(), requestId };
  const visible = (_: string, value: unknown) => (typeof value === "string" ? visibleText(value) : value);
  return new Response(JSON.stringify({ error }, visible), { status, headers });
}
