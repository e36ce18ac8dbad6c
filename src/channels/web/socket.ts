import { z } from "zod";
import { parseJson } from "../../http/json-text.ts";
import { Failure } from "../../tenant/failure.ts";
import type { Incoming } from "../channel.ts";
import { visitorMessage } from "./channel.ts";
import { check, holdsSomething, messageFields, SAY_SOMETHING } from "./input.ts";
import { visitorSchema } from "./token.ts";

/** Bytes of one thing that a socket says. */
const MAX_SAID = 20_000;

/** What a visitor's socket may say. */
const said = z.discriminatedUnion("type", [
  /** `clientMessageId` names the acknowledgement; the same one again is the same message. */
  z
    .strictObject({ type: z.literal("message"), ...messageFields.shape })
    .refine(holdsSomething, SAY_SOMETHING),
  z.strictObject({ type: z.literal("typing") }),
  /** What is said to whoever begins shall be told. */
  z.strictObject({ type: z.literal("greet") }),
  /** Everything up to this number has been seen. */
  z.strictObject({ type: z.literal("read"), seq: z.int().min(0).max(Number.MAX_SAFE_INTEGER) }),
]);
export type SaidByVisitor = z.output<typeof said>;

/** Each kind of it with its fields: what tests try everything with. */
export const FRAMES = said.options;

/** Reads what came over a socket. @returns a Failure `invalid_input` or `body_too_large` where it cannot be */
export function readSaid(data: string | ArrayBuffer): SaidByVisitor | Failure {
  if (typeof data !== "string") return new Failure("invalid_input", "Send JSON as text.");
  if (data.length > MAX_SAID)
    return new Failure("body_too_large", `Send at most ${MAX_SAID} characters at once.`);
  let value: unknown;
  try {
    value = parseJson(data);
  } catch {
    return new Failure("invalid_input", "Not valid JSON.");
  }
  try {
    return check(said, value);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Facts of the page behind a socket, as its door hands them to the room: checked there, so the room trusts them. */
const openingSchema = z.object({
  visitor: visitorSchema,
  origin: z.string().optional(),
  userAgent: z.string().optional(),
  country: z.string().optional(),
  /** Whose messages are counted, as `clientAddress` answers it. */
  address: z.string(),
  /** The number of the last message that the page has. */
  after: z.int(),
  protocol: z.string(),
});
export type Opening = z.output<typeof openingSchema>;

const HEADER = "x-parley-opening";

/** The request that opens a socket at a room. */
export function openingRequest(opening: Opening): Request {
  const headers = { Upgrade: "websocket", [HEADER]: encodeURIComponent(JSON.stringify(opening)) };
  return new Request("https://room/socket", { headers });
}

/** What {@link openingRequest} says. */
export function readOpening(request: Request): Opening {
  return openingSchema.parse(JSON.parse(decodeURIComponent(request.headers.get(HEADER) ?? "")));
}

/** A message that came over a socket, in the words that rooms take. */
export function incomingOf(
  { visitor, userAgent, country }: Pick<Opening, "visitor" | "userAgent" | "country">,
  { type: _, ...input }: Extract<SaidByVisitor, { type: "message" }>,
): Incoming {
  return visitorMessage({ visitor, input, userAgent, country });
}
