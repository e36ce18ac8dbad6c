/** The name of a webhook's object. */
export function endpointName(workspaceId: string, webhookId: string): string {
  return `${workspaceId}/${webhookId}`;
}

/** What {@link endpointName} made. */
export function readEndpointName(name: string): { workspaceId: string; webhookId: string } {
  const [workspaceId = "", webhookId = ""] = name.split("/");
  return { workspaceId, webhookId };
}

/** Why it is woken: there is news; the webhook was changed; or housekeeping found that it is behind. */
export type WakeReason = "news" | "changed" | "sweep";
