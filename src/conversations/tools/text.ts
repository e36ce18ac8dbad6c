import { z } from "zod";
import { MAX_TEXT } from "../append.ts";

/** What somebody writes to a customer or into a note. */
export const textInput = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .refine((text) => text.trim() !== "", "must not be blank");
