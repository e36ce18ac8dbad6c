import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import { typedText } from "../tenant/typed-text.ts";
import { toMinorUnits } from "./price.ts";
import { AVAILABILITIES } from "./schema.ts";

/** Of a product's page or picture. */
export const productAddress = z.url({ protocol: /^https?$/ }).max(2000);

/** Further facts by name. */
const attributesInput = z
  .record(
    typedText(60, { min: 0 }),
    z.union([
      typedText(500, { min: 0 }),
      z.number(),
      z.boolean(),
      z.array(typedText(200, { min: 0 })).max(100),
    ]),
  )
  .refine((attributes) => Object.keys(attributes).length <= 50, { error: "at most 50 attributes" });

/** A decimal price as text. */
export const priceInput = z.string().max(40).describe("Decimal, such as 19.90");

/** A product as an import gives it; importers check each row by this and report those that do not fit. */
export const productInput = z
  .strictObject({
    externalId: typedText(200),
    title: typedText(300),
    description: typedText(20_000, { min: 0 }).default(""),
    price: z.string().nullable().default(null).describe("Decimal, such as 19.90"),
    currency: z.string().nullable().default(null).describe("ISO 4217"),
    availability: z.enum(AVAILABILITIES).default("in_stock"),
    url: productAddress.nullable().default(null),
    imageUrl: productAddress.nullable().default(null),
    attributes: attributesInput.default({}),
    chatbotId: z
      .string()
      .refine((id) => isId("chatbot", id), { error: "is no chatbot id" })
      .nullable()
      .default(null),
  })
  .superRefine(({ price, currency }, context) => {
    if ((price === null) !== (currency === null)) {
      context.addIssue({ code: "custom", path: ["currency"], message: "price and currency go together" });
      return;
    }
    if (price === null || currency === null) return;
    try {
      toMinorUnits(price, currency);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const [path = "price", message = error.message] = error.message.split(": ");
      context.addIssue({ code: "custom", path: [path], message });
    }
  });

export type ProductInput = z.input<typeof productInput>;
