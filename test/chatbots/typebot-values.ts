/** How Typebot compares the values of variables, and what code takes them for. For its player. */

export type Value = string | (string | null)[] | null;

/** What code takes a text for. */
export function guessed(value: Value): unknown {
  if (typeof value !== "string") return value ?? undefined;
  if ((value.startsWith("0") && !value.startsWith("0.") && value.length > 1) || value.startsWith("+"))
    return value;
  if (value === "true" || value === "false") return value === "true";
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

export function compare(operator: string | undefined, left: Value, right: Value): boolean {
  const folded = (text: string) => text.toLowerCase().trim().normalize();
  const each = (test: (a: string | null, b: string | null) => boolean, some = false): boolean => {
    const pairs = [left].flat().flatMap((a) => [right].flat().map((b) => [a, b] as const));
    return some ? pairs.some(([a, b]) => test(a, b)) : pairs.every(([a, b]) => test(a, b));
  };
  const both =
    (test: (a: string, b: string) => boolean, otherwise = false) =>
    (a: string | null, b: string | null) =>
      !a || !b ? otherwise : test(a, b);
  switch (operator) {
    case "Equal to":
      return each((a, b) => a === b);
    case "Not equal":
      return each((a, b) => a !== b);
    case "Contains":
      if (Array.isArray(left)) return each((a, b) => a === b, true);
      return each(
        both((a, b) => folded(a).includes(folded(b))),
        true,
      );
    case "Does not contain":
      if (Array.isArray(left)) return each((a, b) => a !== b);
      return each(both((a, b) => !folded(a).includes(folded(b)), true));
    case "Starts with":
      return each(both((a, b) => folded(a).startsWith(folded(b))));
    case "Ends with":
      return each(both((a, b) => folded(a).endsWith(folded(b))));
    case "Is set":
      return left !== null && left.length > 0;
    case "Is empty":
      return left === null || left.length === 0;
    case "Matches regex":
      return each(
        both((a, b) => regex(b)?.test(a) ?? false),
        true,
      );
    case "Does not match regex":
      return each(both((a, b) => !(regex(b)?.test(a) ?? true)));
    case "Greater than":
    case "Greater or equal to":
    case "Less than":
    case "Less or equal to":
      return inOrder(operator, left, right);
    default:
      return false;
  }
}

function regex(written: string): RegExp | null {
  const [, pattern = written, flags = ""] = /\/(.+)\/([gimuy]*)$/.exec(written) ?? [];
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}

function inOrder(operator: string, left: Value, right: Value): boolean {
  if (left === null || right === null) return false;
  const amount = (value: string) => {
    const number = value.startsWith("+") ? Number.NaN : Number(value);
    const time = Date.parse(value);
    return Number.isNaN(number) ? (Number.isNaN(time) ? value.length : time) : number;
  };
  const texts = typeof left === "string" && typeof right === "string";
  const a = texts ? amount(left) : typeof left === "string" ? Number(left) : left.length;
  const b = texts ? amount(right) : typeof right === "string" ? Number(right) : right.length;
  if (operator === "Greater than") return a > b;
  if (operator === "Greater or equal to") return a >= b;
  return operator === "Less than" ? a < b : a <= b;
}
