import { hash } from "node:crypto";
import { z } from "zod";
import { listPlans, planInForce } from "../control/plans.ts";
import { API_KEY_SCOPES, BOT_SCOPES, isScope, type Scope } from "../control/scopes.ts";
import { Failure } from "../tenant/failure.ts";
import { bareId, newId, randomText } from "../tenant/ids.ts";
import { typedText } from "../tenant/typed-text.ts";
import { gateOf } from "./gate.ts";
import { getWorkspace } from "./workspaces.ts";

/**
 * `parley_<workspace>_<secret>`: 22 characters that lead to the workspace's gate, 52 that are the secret
 * (260 bits). Letters and digits with two underscores; no colon, which would make it look like an OAuth token.
 */
const TOKEN_FORM = /^parley_([0-9a-hjkmnp-tv-z]{22})_[0-9a-hjkmnp-tv-z]{52}$/;

/** The workspace that one of our own tokens names; null for anything else. Says nothing about its validity. */
export function workspaceOfToken(token: string): string | null {
  const match = TOKEN_FORM.exec(token);
  return match ? `ws_${match[1]}` : null;
}

/** SHA-256 as hex: what is stored and looked up instead of the token. */
export function hashToken(token: string): string {
  return hash("sha256", token, "hex");
}

export const newTokenSchema = z.strictObject({
  kind: z.enum(["api_key", "bot"]),
  name: typedText(100),
  /** Scope names, or "all": every scope the kind can hold. */
  scopes: z.union([z.literal("all"), z.array(z.string()).min(1)]),
  readOnly: z.boolean().default(false),
  inboxes: z.array(z.string()).min(1).max(50).nullable().default(null),
  expiresAt: z.int().positive().nullable().default(null),
  allowUrl: z.boolean().default(false),
});

/** Scopes checked against the kind's ceiling. */
function scopesFor(kind: "api_key" | "bot", wanted: "all" | string[]): Scope[] {
  const ceiling = kind === "bot" ? BOT_SCOPES : API_KEY_SCOPES;
  if (wanted === "all") return [...ceiling];
  const unknown = wanted.filter((scope) => !isScope(scope));
  if (unknown.length > 0) {
    throw new Failure("invalid_input", `Unknown scope ${unknown.join(", ")}.`, { candidates: [...ceiling] });
  }
  const above = wanted.filter((scope) => !ceiling.some((allowed) => allowed === scope));
  if (above.length > 0) {
    throw new Failure("not_allowed", `A bot token cannot hold ${above.join(", ")}.`, {
      candidates: [...ceiling],
    });
  }
  return ceiling.filter((scope) => wanted.includes(scope));
}

/**
 * Makes an API key or a bot token. The answer holds the only copy of the secret that will ever be shown.
 * The caller has checked that the inboxes exist.
 * @throws Failure `not_found` for an unknown workspace, `not_allowed` above the kind's ceiling,
 *   `plan_limit` when the plan has no bot tokens, `invalid_input` for unknown scopes or an expiry in the past
 */
export async function createToken(env: Env, workspaceId: string, input: z.input<typeof newTokenSchema>) {
  const wanted = newTokenSchema.parse(input);
  const scopes = scopesFor(wanted.kind, wanted.scopes);
  const now = Date.now();
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    throw new Failure("invalid_input", "The expiry lies in the past.");
  }
  const [workspace, plans] = await Promise.all([getWorkspace(env, workspaceId), listPlans(env)]);
  const plan = planInForce(new Map(plans.map((p) => [p.name, p])), workspace, now);
  if (wanted.kind === "bot" && !plan?.botTokens) {
    throw new Failure("plan_limit", `The plan ${plan?.name ?? workspace.plan} does not include bot tokens.`);
  }
  const token = `parley_${bareId(workspaceId)}_${randomText(52)}`;
  const { hash: _, ...row } = await gateOf(env, workspaceId).insertToken({
    ...wanted,
    scopes,
    id: newId("token"),
    workspaceId,
    hash: hashToken(token),
  });
  return { ...row, token };
}
