import { z } from "zod";
import { visibleText } from "../calls/sanitise.ts";

/**
 * Text that a team writes, in the form in which it is kept and shown: trimmed, and without characters that show
 * nothing. Cleaning again changes nothing, so that an exported text comes back as it was.
 * @param max most characters, after cleaning
 * @param min fewest; 0 lets the text be empty
 */
export function teamText(max: number, min = 1) {
  return z
    .string()
    .overwrite((text) => visibleText(text).trim())
    .min(min)
    .max(max);
}
