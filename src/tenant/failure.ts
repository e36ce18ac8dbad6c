/** What a {@link Failure} is about. An assistant reads the code; HTTP doors turn it into a status. */
export type FailureCode =
  | "invalid_input"
  | "not_found"
  | "duplicate"
  | "conflict"
  | "missing_scope"
  | "plan_limit"
  | "not_allowed"
  | "invalid_cursor"
  | "idempotency_mismatch"
  | "rate_limited"
  | "unsupported"
  | "window_closed"
  | "cancelled"
  | "unauthenticated"
  | "origin_not_allowed"
  | "inbox_disabled"
  | "workspace_suspended"
  | "blocked"
  | "method_not_allowed"
  | "body_too_large"
  | "unsupported_media_type"
  | "internal";

const STATUS: Record<FailureCode, number> = {
  invalid_input: 400,
  not_found: 404,
  duplicate: 409,
  conflict: 409,
  missing_scope: 403,
  plan_limit: 403,
  not_allowed: 403,
  invalid_cursor: 400,
  idempotency_mismatch: 409,
  rate_limited: 429,
  unsupported: 400,
  window_closed: 403,
  cancelled: 409,
  unauthenticated: 401,
  origin_not_allowed: 403,
  inbox_disabled: 403,
  workspace_suspended: 403,
  blocked: 403,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
};

/** Something that may have been meant: what to pass, and what people call it. */
export interface NamedThing {
  id: string;
  name: string;
}

export interface FailureDetail {
  /** What to do about it, in one sentence. */
  hint?: string;
  /** Valid values, names near to the wrong one, or things that may have been meant. */
  candidates?: readonly (string | NamedThing)[];
  retryAfterSeconds?: number;
}

/**
 * An error that its reader can act on: stores throw it, every door shows it.
 * Its message must hold nothing that the caller may not see; everything else thrown is "internal error".
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: FailureDetail;
  /** What an answer over HTTP carries besides, a challenge say. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: FailureCode,
    message: string,
    detail: FailureDetail = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = "Failure";
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  /** The HTTP status for doors that speak plain HTTP. */
  get status(): number {
    return STATUS[this.code];
  }

  /** The shape an assistant reads: code, message, and hint, candidates, retryAfterSeconds where they help. */
  toJSON(): { code: FailureCode; message: string } & FailureDetail {
    return { code: this.code, message: this.message, ...this.detail };
  }
}

/**
 * Not there and not yours look the same, so this names what was asked for and nothing else.
 * @param noun the thing as a person would call it, for example "contact"
 * @param where what it was looked for in
 */
export function notFound(noun: string, id: string, where = "this workspace"): Failure {
  return new Failure("not_found", `No ${noun} ${JSON.stringify(id.slice(0, 80))} in ${where}.`);
}
