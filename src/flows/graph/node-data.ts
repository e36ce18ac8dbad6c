import { z } from "zod";
import { checkPublicUrl, MAX_URL_LENGTH } from "../../http/public-url.ts";
import { visibleText } from "../../tenant/visible-text.ts";
import { compilePattern, MAX_PATTERN_LENGTH } from "./pattern.ts";
import { addressPart } from "./urls.ts";

/** What the larger types of nodes hold. Texts may hold {{variable}}; nothing is computed. */

/** Ids of nodes, options and cases, and the names of handles: visible characters, at most 60. */
export const MAX_ID = 60;
export const idSchema = z.string().regex(/^[\w.:-]{1,60}$/, "1 to 60 letters, digits and _ . : -");

/** Names that a flow may assign. Dots are for what the engine provides (contact.email, field.size). */
export const variable = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, "a letter, then letters, digits and _, at most 40")
  .describe("Variable to store into");
export const variableToRead = z.string().min(1).max(100).describe("Variable to read");
/** What a contact itself has; every other field is a custom field's key. */
export const CONTACT_FIELDS = ["name", "email", "phone"] as const;

export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value === "" || visibleText(value) !== "", { error: "nothing in it can be seen" });
export const httpsUrl = z
  .string()
  .max(MAX_URL_LENGTH)
  .superRefine((url, issues) => refuseUnsafe(url, issues));

/** The author's address must be public before anything is filled in; placeholders may stand behind the host only. */
function refuseUnsafe(url: string, issues: z.RefinementCtx): void {
  const fixed = addressPart(url);
  const check = fixed === null ? null : checkPublicUrl(fixed);
  const reason = check === null ? "the host must not hold placeholders" : check.ok ? null : check.reason;
  if (reason !== null)
    issues.addIssue({ code: "custom", message: reason, params: { problem: "unsafe_url" } });
}

/** A node's data: its own fields, and what the node is called in an editor. */
export function fields<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({
    label: z.string().max(100).optional().describe("Shown to authors only"),
    ...shape,
  });
}

/** What all that wait for an answer have. */
export const retrying = {
  retryText: text(1000).optional().describe("Said when the answer does not fit"),
  maxRetries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe("How often to ask again. Left out: 2, or without end where nothing is connected to go on to"),
  timeoutSeconds: z
    .int()
    .min(10)
    .max(30 * 86_400)
    .optional()
    .describe("Leaves by timeout after this silence"),
};

export const ANSWER_KINDS = ["text", "number", "email", "phone", "url", "date", "rating", "file"] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** What is said before waiting. Without it nothing is: the words stand in a message in front. */
export const leadText = text(4000).optional().describe("Without it nothing is said");

export const question = fields({
  text: leadText,
  answer: z.enum(ANSWER_KINDS).default("text"),
  variable: variable.optional(),
  min: z.number().optional().describe("Least number or rating, or fewest characters"),
  max: z.number().optional().describe("Greatest number or rating, or most characters"),
  minLabel: text(60).optional().describe("What the least rating means"),
  maxLabel: text(60).optional().describe("What the greatest rating means"),
  pattern: text(MAX_PATTERN_LENGTH)
    .superRefine((pattern, issues) => {
      const reason = patternFault(pattern);
      if (reason)
        issues.addIssue({ code: "custom", message: reason, params: { problem: "invalid_pattern" } });
    })
    .optional()
    .describe("Regular expression for the whole answer (text and phone)"),
  ...retrying,
})
  .refine((data) => data.min === undefined || data.max === undefined || data.min <= data.max, {
    error: "must not be less than min",
    path: ["max"],
  })
  .refine((data) => data.pattern === undefined || data.answer === "text" || data.answer === "phone", {
    error: "only for text and phone",
    path: ["pattern"],
  })
  .refine((data) => data.minLabel === undefined || data.answer === "rating", {
    error: "only for rating",
    path: ["minLabel"],
  })
  .refine((data) => data.maxLabel === undefined || data.answer === "rating", {
    error: "only for rating",
    path: ["maxLabel"],
  });

export function patternFault(pattern: string): string | null {
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "not valid";
  }
}

const RESERVED_HANDLES = ["other", "timeout", "answered", "else"];

/** Options and cases give their ids to handles, so each id is there once and none is a handle's own name. */
export function distinctIds(list: readonly { id: string }[], issues: z.RefinementCtx): void {
  list.forEach(({ id }, i) => {
    const reserved = RESERVED_HANDLES.includes(id);
    if (!reserved && list.findIndex((other) => other.id === id) === i) return;
    const message = reserved ? `${id} is a handle's own name` : `the id ${id} is there twice`;
    issues.addIssue({ code: "custom", message, path: [i, "id"], params: { problem: "duplicate_id" } });
  });
}

export const variableSetting = fields({
  variable,
  operation: z
    .enum(["set", "append", "increment", "now", "random"])
    .default("set")
    .describe(
      "append to a list, which keeps its newest 20; increment by value (1); now: the time; random: a whole number from min to max",
    ),
  value: z.union([z.string().max(2000), z.number(), z.boolean()]).optional(),
  min: z.int().optional(),
  max: z.int().optional(),
})
  .refine((data) => !["set", "append"].includes(data.operation) || data.value !== undefined, {
    error: "needed to set or append",
    path: ["value"],
  })
  .refine((data) => (data.min ?? 1) <= (data.max ?? 100), {
    error: "must not be less than min",
    path: ["max"],
  });

/** Headers that belong to the connection or to the platform, not to the author. */
const FORBIDDEN_HEADER =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*|sec-.*|cf-.*|x-forwarded-.*)$/i;

export const httpRequest = fields({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  url: httpsUrl.describe("https; placeholders only behind the host"),
  headers: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}$/)
          .refine((name) => !FORBIDDEN_HEADER.test(name), { error: "this header cannot be set" }),
        value: z.string().max(1000),
      }),
    )
    .max(20)
    .default([])
    .describe("Everybody who may read the flow reads them: no credentials"),
  bodyType: z.enum(["json", "form", "text"]).default("json"),
  body: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      "JSON: a placeholder in quotes is text, elsewhere a value; {{variable}} alone may hold the whole JSON",
    ),
  save: z
    .array(
      z.strictObject({
        path: text(200).describe(
          "Into the JSON answer: data.items.0.name, items.*.name for a list of all, a\\.b for a key with a dot; " +
            "$ is the whole answer, $status its status",
        ),
        variable,
      }),
    )
    .max(20)
    .default([]),
  timeoutSeconds: z.int().min(1).max(15).default(10),
}).refine((data) => data.body === undefined || data.method !== "GET", {
  error: "not with GET",
  path: ["body"],
});

export const aiAnswer = fields({
  question: text(2000).optional().describe("Without it: what the visitor said last, or says next"),
  instructions: text(2000).optional(),
  categoryIds: z.array(idSchema).max(20).optional().describe("Only from these knowledge categories"),
  minConfidence: z.number().min(0).max(1).default(0.5).describe("Below it leaves by no_answer"),
  maxTurns: z.int().min(1).max(20).default(1).describe("Questions to answer before leaving by answered"),
  variable: variable.optional(),
  timeoutSeconds: retrying.timeoutSeconds.describe("Leaves by answered after this silence"),
});

export const productSearch = fields({
  query: text(500),
  limit: z.int().min(1).max(10).default(5),
  variable: variable.optional().describe("Gets the list of names, which a choice can offer"),
  show: z.boolean().default(true).describe("Send the products to the visitor"),
});
