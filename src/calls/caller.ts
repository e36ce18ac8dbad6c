import { z } from "zod";
import { principalSchema } from "../gate/principal.ts";
import { TOOLSETS } from "./define.ts";

const callerSchema = z.object({
  principal: principalSchema,
  /** The toolsets that the address narrows to; null for all. */
  toolsets: z.array(z.enum(TOOLSETS)).nullable(),
  /** It came by `?mode=compact`, where two tools stand for all of them. */
  compact: z.boolean(),
  /** Shown with "internal error", and in the log. */
  requestId: z.string(),
  sessionId: z.string().nullable(),
});

/** On whose behalf a request runs. It travels with each request, so a session acts as whoever speaks now. */
export type Caller = z.output<typeof callerSchema>;

/** The internal header that carries it from the door to a lane. The door overwrites whatever came from outside. */
export const CALLER_HEADER = "x-parley-caller";

/** Base64url JSON: header values are bytes, and names in it may be in any script. */
export function encodeCaller(caller: Caller): string {
  return new TextEncoder()
    .encode(JSON.stringify(caller))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Reads the header back.
 * @throws Error when it is missing or not ours: a request that did not come through the door
 */
export function decodeCaller(header: string | null | undefined): Caller {
  if (!header) throw new Error("A request without its caller: it did not come through the door.");
  const text = new TextDecoder().decode(Uint8Array.fromBase64(header, { alphabet: "base64url" }));
  return callerSchema.parse(JSON.parse(text));
}
