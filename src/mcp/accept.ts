/** What a client takes for an answer. */
export interface Accepts {
  json: boolean;
  stream: boolean;
}

/** What the SDKs' transports want to read, word for word; the door answers for what the client really takes. */
export const ACCEPT_BOTH = "application/json, text/event-stream";

const BOTH: Accepts = { json: true, stream: true };

/**
 * Reads an Accept header as RFC 9110 does (12.5.1): any letter case, wildcards, weights, the more specific range first;
 * without one everything is accepted. The client's order of preference is not asked: whether there is a stream
 * depends on the answer.
 */
export function acceptsOf(header: string | null): Accepts {
  if (header === null || header === ACCEPT_BOTH) return BOTH;
  const ranges = new Map<string, boolean>();
  for (const part of header.toLowerCase().split(",")) {
    const [range = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    if (range !== "") ranges.set(range, weight === undefined || Number(weight) > 0);
  }
  if (ranges.size === 0) return BOTH;
  const takes = (type: string, group: string) =>
    ranges.get(type) ?? ranges.get(group) ?? ranges.get("*/*") ?? false;
  return {
    json: takes("application/json", "application/*"),
    stream: takes("text/event-stream", "text/*"),
  };
}
