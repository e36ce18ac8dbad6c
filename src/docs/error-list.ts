import { Failure, type FailureCode } from "../tenant/failure.ts";

/** Every code of an error, when it comes, and what to do. A new code has its line here or does not compile. */
const ERRORS: Record<FailureCode, readonly [when: string, what: string]> = {
  invalid_input: [
    "An argument is missing, misspelt or not of its form, or a name fits several things.",
    "Read the message and the candidates, mend the argument, and call again.",
  ],
  not_found: [
    "There is no such thing in this workspace, or the caller may not see it.",
    "Take one of the candidates, or list what there is.",
  ],
  duplicate: ["Something like it is there already.", "Use the one that the candidates name, or change it."],
  conflict: [
    "It changed meanwhile, or is in a state in which this cannot be done.",
    "Read it again, then decide.",
  ],
  missing_scope: [
    "The credential lacks the scope that the message names.",
    "Connect again and allow it, or ask the operator for a token with it.",
  ],
  plan_limit: [
    "The workspace's plan does not include it.",
    "Do without, or have the operator change the plan.",
  ],
  not_allowed: ["This caller must not do this, whatever its scopes.", "Ask an owner of the workspace."],
  invalid_cursor: [
    "The cursor is old, altered, or of another list or caller.",
    "Begin again without a cursor.",
  ],
  idempotency_mismatch: [
    "The idempotencyKey was used with other arguments.",
    "Take a new key for a new call; the old one only to repeat the old call.",
  ],
  rate_limited: [
    "Too many calls in this minute, day or month, or too many messages at once.",
    "Wait for retryAfterSeconds. get_api_usage says what is left.",
  ],
  unsupported: [
    "The channel, the client or this deployment cannot do it.",
    "Do as the hint says; repeating does not help.",
  ],
  window_closed: [
    "The channel takes messages for some hours after the customer wrote, and these are over.",
    "Send one of the templates that the candidates name, or wait until the customer writes.",
  ],
  cancelled: [
    "The person did not confirm, or the call was broken off.",
    "Ask the person before you try again.",
  ],
  unauthenticated: ["The token is missing, wrong, expired or revoked.", "Sign in again, or get a new token."],
  origin_not_allowed: [
    "A page of another site calls, or the address is not this server's.",
    "The operator sets ALLOWED_ORIGINS or PUBLIC_URL.",
  ],
  inbox_disabled: ["The inbox takes no messages now.", "The operator switches it on again."],
  workspace_suspended: ["The workspace is suspended.", "Ask whoever runs this server."],
  blocked: ["The team has blocked who writes.", "Nothing: what they write is dropped."],
  method_not_allowed: ["The address takes other HTTP methods.", "Use one that the header Allow names."],
  body_too_large: ["The request is too large.", "Send less at once."],
  unsupported_media_type: ["The body is of another type than the address takes.", "Send application/json."],
  internal: [
    "Something broke that should not have.",
    "Try once more; then give the request id to the operator.",
  ],
};

export interface ErrorReference {
  code: string;
  /** The status of an answer over plain HTTP. */
  status: number;
  when: string;
  what: string;
}

/** All codes, in the order in which one is likely to meet them. */
export const ERROR_LIST: readonly ErrorReference[] = (Object.keys(ERRORS) as FailureCode[]).map((code) => {
  const [when, what] = ERRORS[code];
  return { code, status: new Failure(code, when).status, when, what };
});
