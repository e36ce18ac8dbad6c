import { visibleText } from "../tenant/visible-text.ts";

/**
 * A copy of a JSON value with every string and every key made visible.
 * @param onKey called with each key met, at any depth
 */
export function sanitise(value: unknown, onKey?: (key: string) => void): unknown {
  if (typeof value === "string") return visibleText(value);
  if (Array.isArray(value)) return value.map((item) => sanitise(item, onKey));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    onKey?.(key);
    copy[visibleText(key)] = sanitise(field, onKey);
  }
  return copy;
}
