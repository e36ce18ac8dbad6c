/**
 * How mail goes out, which a deployment may set; none does by default. Keys are secrets (`wrangler secret put`). The
 * generated types know only what wrangler.jsonc names.
 */
interface __BaseEnv_Env {
  /** Cloudflare's Email Service: a `send_email` binding without restrictions. */
  EMAIL?: SendEmail;
  /** A key of Resend that may send. */
  RESEND_API_KEY?: string;
  /** The token of a Postmark server. */
  POSTMARK_TOKEN?: string;
  /** Whom mail to members comes from: `Parley <parley@example.com>`, of a domain that the provider knows. Unset: none is sent. */
  MAIL_FROM?: string;
  /** Servers that stand in for the providers' own, for development: addresses as {@link LOCAL_TARGETS} takes them. */
  RESEND_API?: string;
  POSTMARK_API?: string;
}
