/**
 * A database that remembers its statements, so that a test can run them again and ask D1 what they read:
 * the form in which drizzle fetches rows does not tell.
 */
export function watched(database: D1Database) {
  const seen: { query: string; values: unknown[] }[] = [];
  const watching = new Proxy(database, {
    get(target, property) {
      if (property !== "prepare") {
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (query: string) =>
        new Proxy(target.prepare(query), {
          get(statement, name) {
            if (name === "bind") {
              return (...values: unknown[]) => {
                seen.push({ query, values });
                return statement.bind(...values);
              };
            }
            const value: unknown = Reflect.get(statement, name);
            return typeof value === "function" ? value.bind(statement) : value;
          },
        });
    },
  });
  return {
    database: watching,
    /** Rows that the statements since the last call read, as D1 bills them. */
    async rowsRead(): Promise<number> {
      let total = 0;
      for (const { query, values } of seen.splice(0)) {
        const { meta } = await database
          .prepare(query)
          .bind(...values)
          .all();
        total += meta.rows_read;
      }
      return total;
    },
  };
}
