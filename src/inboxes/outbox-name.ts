/** The name of the object that hands over what goes out of an inbox. */
export function outboxName({ workspaceId, inboxId }: { workspaceId: string; inboxId: string }): string {
  return `${workspaceId}/${inboxId}`;
}
