import { HTTPException } from "hono/http-exception";
import { Failure } from "../tenant/failure.ts";
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

/** Logs what should not have happened and gives the failure that may be shown for it. */
export function unexpected(error: unknown, requestId: string, at: string): Failure {
  logUnexpected(requestId, at, error);
  return new Failure("internal", `Internal error. Quote the request id ${requestId} to the operator.`);
}

function failureAnswer(failure: Failure, requestId: string): Response {
  const headers = new Headers(failure.headers);
  const wait = failure.detail.retryAfterSeconds;
  if (wait !== undefined) headers.set("Retry-After", String(wait));
  return Response.json({ error: { ...failure.toJSON(), requestId } }, { status: failure.status, headers });
}
