import type { Plan } from "../control/plans.ts";
import type { AdmitRequest, Credential } from "./admission.ts";
import type { CredentialRecord } from "./credentials.ts";
import type { Principal } from "./principal.ts";

/** Its time is over. */
export function hasLapsed({ holder }: CredentialRecord, now: number): boolean {
  return holder.kind === "token" && holder.token.expiresAt !== null && now >= holder.token.expiresAt;
}

/** Given in an address without leave to. */
export function isMisplaced({ holder }: CredentialRecord, credential: Credential): boolean {
  return credential.kind === "token" && credential.inUrl && holder.kind === "token" && !holder.token.allowUrl;
}

/** Why the workspace may not be used this way; null when it may. */
export function forbiddenBy(
  { workspace, holder }: CredentialRecord,
  plan: Plan | undefined,
  { forChannel = false }: Pick<AdmitRequest, "forChannel">,
): string | null {
  if (workspace.suspendedAt !== null) return "This workspace is suspended.";
  if (!workspace.mcpEnabled && !forChannel)
    return "The MCP server, with its tools over HTTP, is switched off for this workspace.";
  if (!plan) return `The plan ${workspace.plan} does not exist.`;
  if (!plan.mcp && !forChannel) return `The plan ${plan.name} does not include MCP.`;
  if (holder.kind === "token" && holder.token.kind === "bot" && !plan.botTokens) {
    return `The plan ${plan.name} does not include bot tokens.`;
  }
  return null;
}

/** Calls that will be refused for access or input count to the minute only. */
export function countsToQuota(call: AdmitRequest["calls"][number], principal: Principal): boolean {
  if (!call.valid || call.minuteOnly || call.scopes === null) return false;
  if (call.writes && principal.readOnly) return false;
  if (principal.hidden.some((feature) => feature === call.name || feature === call.toolset)) return false;
  return call.scopes.every((scope) => principal.scopes.includes(scope));
}
