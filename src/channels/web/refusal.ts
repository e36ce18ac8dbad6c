import type { ContentfulStatusCode } from "hono/utils/http-status";

export type RefusalCode =
  | "unauthenticated"
  | "origin_not_allowed"
  | "inbox_disabled"
  | "workspace_suspended"
  | "not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "unsupported_media_type"
  | "invalid_input"
  | "rate_limited";

const STATUS = {
  unauthenticated: 401,
  origin_not_allowed: 403,
  inbox_disabled: 403,
  workspace_suspended: 403,
  not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  invalid_input: 400,
  rate_limited: 429,
} as const satisfies Record<RefusalCode, ContentfulStatusCode>;

/** Why the visitor API says no, in words that the widget's developer can act on. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly headers: Record<string, string>;

  constructor(code: RefusalCode, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.headers = headers;
  }

  get status(): ContentfulStatusCode {
    return STATUS[this.code];
  }
}
