import { z } from "zod";
import { MAX_FILES } from "../../attachments/limits.ts";
import { contactNameInput, emailInput } from "../../contacts/fields.ts";
import { MAX_COMMENT } from "../../conversations/rating.ts";
import { readJson } from "../../http/body.ts";
import { bodyFailure } from "../../http/errors.ts";
import { problemsOf } from "../../http/problems.ts";
import { readAs } from "../../http/read-as.ts";
import { Failure } from "../../tenant/failure.ts";
import { storableText, typedText } from "../../tenant/typed-text.ts";

/** Bytes of a request body: a message of 4,000 characters fits in any script. */
export const MAX_BODY = 16 * 1024;
/** Characters (UTF-16 units, as browsers count them) of a visitor's message. */
export const MAX_VISITOR_TEXT = 4000;
/** What is kept of an address that a page names; longer ones are cut. */
const MAX_ADDRESS = 500;

const address = typedText(4000, { min: 0 }).transform(
  (text) => text.slice(0, MAX_ADDRESS).toWellFormed() || undefined,
);

/** Forms send an empty text where nothing was typed: it counts as nothing. */
function typed<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === "string" ? storableText(value).trim() || undefined : value),
    schema.optional(),
  );
}

/** Body of POST /sessions. */
export const sessionInput = z.strictObject({
  inboxKey: z.string().max(100),
  visitorToken: z.string().min(1).max(8000).optional(),
  name: typed(contactNameInput),
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
export const messageFields = z.strictObject({
  /** Empty where files alone are sent. */
  text: typedText(MAX_VISITOR_TEXT, { min: 0 }),
  /** Ids of files that POST /attachments answered. */
  attachments: z.array(z.string().min(1).max(40)).min(1).max(MAX_FILES).optional(),
  /** Ids of choices that were tapped; `text` says them in words. */
  choiceIds: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
  clientMessageId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, "1 to 100 letters, digits or _ . -")
    .optional(),
  /** One of the visitor's conversations, which goes on; or "new", which begins another. Else the newest goes on. */
  conversation: z.string().min(1).max(100).optional(),
  /** What a greeting was called that the page showed: what is said answers it. */
  seen: z.string().min(1).max(100).optional(),
});

/** Whether a message says or holds anything. */
export const holdsSomething = ({ text, attachments }: { text: string; attachments?: unknown[] }) =>
  text !== "" || attachments !== undefined;
export const SAY_SOMETHING = { path: ["text"], error: "must not be empty" };

export const messageInput = messageFields.refine(holdsSomething, SAY_SOMETHING);

/** Query of POST /attachments. */
export const uploadQuery = z.strictObject({ name: z.string().max(1000).optional() });

/** Body of POST /read: the number of the last message that was seen. */
export const readMarkInput = z.strictObject({ seq: z.int().min(0).max(Number.MAX_SAFE_INTEGER) });

/** Body of POST /ratings. */
export const ratingInput = z.strictObject({
  conversationId: z.string().max(100),
  rating: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  comment: typed(typedText(MAX_COMMENT)),
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

/** Reads what a request brought, as pages and programs really write it. @throws Failure `invalid_input` */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = readAs(schema, value);
  if (result.success) return result.data;
  throw new Failure("invalid_input", problemsOf(result.error, schema, result.read).sentences.join(" "));
}

/** Reads a JSON body under its schema. @throws Failure `unsupported_media_type`, `body_too_large`, `invalid_input` */
export async function readInput<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxBytes = MAX_BODY,
): Promise<z.output<S>> {
  const body = await readJson(request, maxBytes);
  if (!body.ok) throw bodyFailure(body);
  return check(schema, body.value);
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
