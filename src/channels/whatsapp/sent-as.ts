/**
 * What goes along with each part of a message, and comes back with what becomes of it (`biz_opaque_callback_data` of the
 * Cloud API): so a report that is here before the answer to the send, or instead of it, still finds its message.
 */
export function sentWith(messageId: string, index: number, count: number): string {
  return `${messageId}.${index === count - 1 ? "last" : index}`;
}

/** What {@link sentWith} made; null for anything else. */
export function sentAs(data: string | undefined): { messageId: string; isLast: boolean } | null {
  const [, messageId, part] = /^([a-z0-9_]{4,80})\.(last|\d{1,3})$/.exec(data ?? "") ?? [];
  return messageId === undefined ? null : { messageId, isLast: part === "last" };
}
