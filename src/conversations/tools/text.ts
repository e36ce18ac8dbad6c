import { typedText } from "../../tenant/typed-text.ts";
import { MAX_TEXT } from "../append.ts";

/** What somebody writes to a customer or into a note, as they wrote it. */
export const textInput = typedText(MAX_TEXT, { keepSpace: true }).refine(
  (text) => text.trim() !== "",
  "must not be blank",
);
