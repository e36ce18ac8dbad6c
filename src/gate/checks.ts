import type { Plan } from "../control/plans.ts";
import type { AdmitRequest, Credential } from "./admission.ts";
import type { CredentialRecord } from "./credentials.ts";
import type { Principal } from "./principal.ts";

/** Expired, or given in an address without leave to. */
export function hasLapsed(record: CredentialRecord, credential: Credential, now: number): boolean {
  if (record.holder.kind !== "token") return false;
  const { token } = record.holder;
  if (token.expiresAt !== null && now >= token.expiresAt) return true;
  return credential.kind === "token" && credential.inUrl && !token.allowUrl;
}

/** Why the workspace may not be used this way; null when it may. */
export function forbiddenBy({ workspace, holder }: CredentialRecord, plan: Plan | undefined): string | null {
  if (workspace.suspendedAt !== null) return "This workspace is suspended.";
  if (!workspace.mcpEnabled) return "The MCP server is switched off for this workspace.";
  if (!plan) return `The plan ${workspace.plan} does not exist.`;
  if (!plan.mcp) return `The plan ${plan.name} does not include MCP.`;
  if (holder.kind === "token" && holder.token.kind === "bot" && !plan.botTokens) {
    return `The plan ${plan.name} does not include bot tokens.`;
  }
  return null;
}

/** Calls that will be refused for access or input count to the minute only. */
export function countsToQuota(call: AdmitRequest["calls"][number], principal: Principal): boolean {
  if (!call.valid || call.scopes === null) return false;
  if (call.writes && principal.readOnly) return false;
  if (principal.hidden.some((feature) => feature === call.name || feature === call.toolset)) return false;
  return call.scopes.every((scope) => principal.scopes.includes(scope));
}
