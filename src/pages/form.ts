import { readBytes } from "../http/body.ts";
import { Failure } from "../tenant/failure.ts";

/** Bodies of forms and of the token and registration endpoints are a few hundred bytes to a few thousand. */
export const MAX_FORM_BYTES = 64 * 1024;

/** A body of this size at most as text; null when it is longer. */
export async function readText(request: Request, most = MAX_FORM_BYTES): Promise<string | null> {
  const bytes = await readBytes(request, most);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * The fields of a posted form (`application/x-www-form-urlencoded`, as browsers send ours).
 * @param most its bytes at most
 * @throws Failure `invalid_input` when it is larger or not such a form
 */
export async function readForm(request: Request, most = MAX_FORM_BYTES): Promise<URLSearchParams> {
  const type = request.headers.get("content-type") ?? "";
  const text = /^application\/x-www-form-urlencoded\b/i.test(type) ? await readText(request, most) : null;
  if (text === null) throw new Failure("invalid_input", "That is not a form of this site.");
  return new URLSearchParams(text);
}
