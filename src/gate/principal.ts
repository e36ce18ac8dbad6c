import { z } from "zod";
import { API_KEY_SCOPES, ROLES, type Scope } from "../control/scopes.ts";

export const CREDENTIAL_KINDS = ["grant", "api_key", "bot", "member"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/**
 * Who a request acts as, as the workspace's gate admitted it. It travels to the session's Durable Object
 * as JSON in an internal header, so it holds plain values only.
 */
export const principalSchema = z.object({
  workspaceId: z.string(),
  workspaceName: z.string(),
  /** The tenant binding that holds the workspace's data, for example `TENANT_1`. */
  shard: z.string(),
  timeZone: z.string(),
  /** See the workspace's row. */
  phoneCountry: z.string().nullable(),
  helpSlug: z.string().nullable(),
  plan: z.string(),
  /** The workspace asks for confirmation before anything is sent to a customer. */
  confirmSends: z.boolean(),
  credentialId: z.string(),
  kind: z.enum(CREDENTIAL_KINDS),
  /** The credential's own name: the API key's, the bot's, the OAuth client's, or that of the member who is signed in. */
  name: z.string(),
  /** Set for grants and for members who are signed in: the member whose role caps the scopes, and to whom messages are attributed. */
  member: z.object({ id: z.string(), userId: z.string(), name: z.string(), role: z.enum(ROLES) }).nullable(),
  scopes: z.array(z.enum(API_KEY_SCOPES as [Scope, ...Scope[]])),
  readOnly: z.boolean(),
  /** The inboxes it is limited to; null for all. */
  inboxes: z.array(z.string()).nullable(),
  /** Tools and features that rollouts hide from this workspace. */
  hidden: z.array(z.string()),
  /** Milliseconds; from then on the credential (or the trial it lives on) no longer holds. */
  validUntil: z.number().nullable(),
});

export type Principal = z.output<typeof principalSchema>;
