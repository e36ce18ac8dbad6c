/** What of an answer to a request Typebot puts into a variable: code there, a path here. */

/** One step of a path: a name, an index, a quoted name, or one of every item. */
const STEP =
  /^(?:\??\.(?!(?:map|flatMap)\()([A-Za-z_]\w*)(?![\w(])|\??\.?\[(\d+)\]|\??\.?\[["']([^"'\]]*)["']\]|\??\.(?:map|flatMap)\(\s*\(?(\w+)\)?\s*=>\s*\4((?:\??\.[A-Za-z_]\w*)+)\s*\))/;

/** `data.items[0].name`, `data["a.b"]`, `data.items.map(item => item.name)`, `statusCode` as our paths; else null. */
export function pathOf(code: string): string | null {
  const written = code.trim().replace(/;$/, "");
  if (written === "statusCode") return "$status";
  if (written === "data") return "$";
  if (!/^data[.?[]/.test(written)) return null;
  const keys: string[] = [];
  let rest = written.slice("data".length);
  while (rest !== "") {
    const [whole, name, index, quotedName, , each] = STEP.exec(rest) ?? [];
    if (whole === undefined) return null;
    rest = rest.slice(whole.length);
    const key = name ?? index ?? quotedName;
    if (key !== undefined) {
      // A star and a dollar mean something in our paths.
      if (key === "" || /[\\*$]/.test(key)) return null;
      keys.push(key.replaceAll(".", "\\."));
    } else {
      keys.push("*", ...(each ?? "").split(/\??\./).filter(Boolean));
    }
  }
  const path = keys.join(".");
  return path.length > 200 ? null : path;
}
