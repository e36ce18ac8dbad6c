/**
 * JSON with the names of every object in order: clients may write the same arguments in any.
 * @throws RangeError for values nested thousands deep: check what callers sent first
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
