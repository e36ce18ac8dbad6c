import type { z } from "zod";
import { parseJson } from "../../http/json-text.ts";
import { Failure } from "../../tenant/failure.ts";
import { isSigned } from "./graph.ts";

/**
 * A webhook of Meta, once it is sure that it is Meta's.
 * @throws Failure `unauthenticated` without the app's signature, `invalid_input` for another body
 */
export async function readSigned<S extends z.ZodType>(
  request: Request,
  body: Uint8Array,
  appSecret: string,
  schema: S,
): Promise<z.output<S>> {
  if (!(await isSigned(request, body, appSecret))) {
    throw new Failure("unauthenticated", "This is not signed with the app's secret.");
  }
  try {
    return schema.parse(parseJson(new TextDecoder().decode(body)));
  } catch {
    throw new Failure("invalid_input", "This is not a webhook of Meta.");
  }
}
