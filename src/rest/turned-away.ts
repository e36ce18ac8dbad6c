import type { Access } from "../calls/access.ts";
import { failureAnswer } from "../http/errors.ts";
import { overLimitMessage } from "../mcp/refusals.ts";
import { Failure } from "../tenant/failure.ts";

/** What somebody is answered whom a door that speaks plain HTTP does not let in. */
export function turnedAway(
  access: Exclude<Access, { kind: "granted" }>,
  requestId: string,
): Failure | Response {
  switch (access.kind) {
    case "challenged":
      return new Failure(
        "unauthenticated",
        access.message,
        {},
        {
          "WWW-Authenticate": access.challenge.headers.get("www-authenticate") ?? "Bearer",
        },
      );
    case "throttled":
      return tooMany("Too many failed attempts from this address.", access.retryAfterSeconds);
    case "unavailable":
      return failureAnswer(new Failure("internal", access.message), requestId, access.status);
    case "refused":
      break;
  }
  const { refusal } = access;
  switch (refusal.kind) {
    case "limited":
      return tooMany(overLimitMessage(refusal), refusal.retryAfterSeconds);
    case "forbidden":
      return new Failure("not_allowed", refusal.message);
    case "unauthenticated":
    case "no_session":
      throw new Error("unreachable: one is challenged, and no session is named here");
  }
}

function tooMany(message: string, retryAfterSeconds: number): Failure {
  return new Failure("rate_limited", message, { retryAfterSeconds });
}
