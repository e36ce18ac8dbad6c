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
 * The fields of a posted form: `application/x-www-form-urlencoded`, as browsers send ours, or `multipart/form-data`
 * where it takes a file, of which the text is the field's.
 * @param most its bytes at most
 * @throws Failure `invalid_input` when it is larger or not such a form
 */
export async function readForm(request: Request, most = MAX_FORM_BYTES): Promise<URLSearchParams> {
  const type = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data\b/i.test(type)) return readParts(request, type, most);
  const text = /^application\/x-www-form-urlencoded\b/i.test(type) ? await readText(request, most) : null;
  if (text === null) throw notOurs();
  return new URLSearchParams(text);
}

/** The fields of a form that takes files, and its files; a field in which none was picked has none. */
export async function readFiles(
  request: Request,
  most: number,
): Promise<{ form: URLSearchParams; files: File[] }> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return { form: await readForm(request), files: [] };
  const form = new URLSearchParams();
  const files: File[] = [];
  for (const [name, value] of await partsOf(request, type, most)) {
    if (typeof value === "string") form.append(name, value);
    else if (value.size > 0) files.push(value);
  }
  return { form, files };
}

const notOurs = () => new Failure("invalid_input", "That is not a form of this site, or it is too large.");

async function partsOf(request: Request, type: string, most: number): Promise<FormData> {
  const bytes = await readBytes(request, most);
  if (bytes === null) throw notOurs();
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw notOurs();
  }
}

async function readParts(request: Request, type: string, most: number): Promise<URLSearchParams> {
  const fields = new URLSearchParams();
  for (const [name, value] of await partsOf(request, type, most))
    fields.append(name, typeof value === "string" ? value : await new Response(value).text());
  return fields;
}
