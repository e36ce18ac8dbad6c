import type { Context } from "hono";
import { z } from "zod";
import { emailInput, nameInput } from "../../contacts/fields.ts";
import { Refusal } from "./refusal.ts";

/** Bytes of a request body: a message of 4,000 characters fits in any script. */
export const MAX_BODY = 16 * 1024;
/** Characters (UTF-16 units, as browsers count them) of a visitor's message. */
export const MAX_TEXT = 4000;
/** What is kept of an address that a page names; longer ones are cut. */
const MAX_ADDRESS = 500;

/** NUL ends text for some readers of SQLite, and lone surrogates are no text at all. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\0", "").trim();
}

const address = z
  .string()
  .max(4000)
  .transform((text) => clean(text).slice(0, MAX_ADDRESS).toWellFormed() || undefined);

/** Forms send an empty text where nothing was typed: it counts as nothing. */
function typed<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === "string" ? clean(value) || undefined : value),
    schema.optional(),
  );
}

/** Body of POST /sessions. */
export const sessionInput = z.strictObject({
  inboxKey: z.string().max(100),
  visitorToken: z.string().max(8000).optional(),
  name: typed(nameInput),
  email: typed(emailInput),
  page: address.optional(),
  referrer: address.optional(),
  /** What is no language tag is left out: a browser's oddity is no reason to refuse a visitor. */
  locale: z
    .string()
    .max(100)
    .transform((locale) =>
      /^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$/.test(locale) ? locale.slice(0, 35) : undefined,
    )
    .optional(),
  identity: z
    .strictObject({
      id: z
        .string()
        .min(1)
        .max(128)
        .refine((id) => id.isWellFormed() && !id.includes("\0"), "not text"),
      signature: z.string().regex(/^[0-9a-f]{64}$/i, "64 hex digits"),
    })
    .optional(),
});

/** Body of POST /messages. */
export const messageInput = z.strictObject({
  text: z.string().max(MAX_TEXT).transform(clean).pipe(z.string().min(1, "must not be empty")),
  clientMessageId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, "1 to 100 letters, digits or _ . -")
    .optional(),
});

const count = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "a whole number")
    .transform(Number)
    .pipe(z.number().min(from).max(to));

/** Query of GET /messages. */
export const messagesQuery = z.strictObject({
  after: count(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: count(1, 100).default(50),
});

/** Checks what a request brought. @throws Refusal `invalid_input` naming the first field that is wrong */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".");
  throw new Refusal("invalid_input", `${path ? `${path}: ` : ""}${issue?.message ?? "not valid"}`);
}

/** Reads a JSON body under its schema. @throws Refusal `unsupported_media_type`, `invalid_input` */
export async function readJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new Refusal("unsupported_media_type", "Send JSON with Content-Type: application/json.");
  }
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch {
    throw new Refusal("invalid_input", "The body is not valid JSON.");
  }
  return check(schema, value);
}

/** `mobile` or `desktop`, as coarse as it says: the user agent is what the browser claims. */
export function deviceOf(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined;
  return /Mobi|Android|iPhone|iPad|iPod/i.test(userAgent) ? "mobile" : "desktop";
}

/** The two-letter country that Cloudflare puts beside a request; undefined elsewhere. */
export function countryOf(request: Request): string | undefined {
  const country: unknown = request.cf?.country;
  return typeof country === "string" ? country : undefined;
}
