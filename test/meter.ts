/** What D1 says that statements cost. `rows_read` does not count full-text work: measure time as well. */
export interface Meter {
  database: D1Database;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Statements sent, a batch counting each of its own. */
  readonly statements: number;
  /** Times the database was called: a batch is one. */
  readonly roundTrips: number;
  /** How many of those followed one another: those that were under way at the same time are one. */
  readonly tripsInARow: number;
  /** Each statement that was sent, with what it cost, in order. */
  readonly bill: readonly { sql: string; read: number; written: number }[];
  reset(): void;
}

/** The same database, with a meter on everything that goes through it. */
export function metered(database: D1Database): Meter {
  let [rowsRead, rowsWritten, statements, roundTrips] = [0, 0, 0, 0];
  let [tripsInARow, underWay] = [0, 0];
  let bill: { sql: string; read: number; written: number }[] = [];
  const originals = new WeakMap<D1PreparedStatement, { original: D1PreparedStatement; sql: string }>();

  const note = <T>(result: D1Result<T>, sql: string): D1Result<T> => {
    bill.push({ sql, read: result.meta.rows_read, written: result.meta.rows_written });
    rowsRead += result.meta.rows_read;
    rowsWritten += result.meta.rows_written;
    statements += 1;
    return result;
  };

  const trip = async <T>(call: () => Promise<T>): Promise<T> => {
    roundTrips += 1;
    if (underWay === 0) tripsInARow += 1;
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  };

  const statement = (original: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = new Proxy(original, {
      get(target, property) {
        if (property === "bind") return (...values: unknown[]) => statement(target.bind(...values), sql);
        if (property === "all" || property === "run") {
          return async () => note(await trip(() => target[property]()), sql);
        }
        // raw() and first() answer without meta: the same rows by way of all().
        if (property === "raw") {
          return async () => {
            const result = note(await trip(() => target.all<Record<string, unknown>>()), sql);
            return result.results.map((row) => Object.values(row));
          };
        }
        if (property === "first") {
          return async () => note(await trip(() => target.all()), sql).results[0] ?? null;
        }
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    originals.set(proxy, { original, sql });
    return proxy;
  };

  const sqlOf = (one: D1PreparedStatement | undefined) => (one && originals.get(one)?.sql) ?? "";

  return {
    database: new Proxy(database, {
      get(target, property) {
        if (property === "prepare") return (query: string) => statement(target.prepare(query), query);
        if (property === "batch") {
          return async (many: D1PreparedStatement[]) => {
            const own = many.map((one) => originals.get(one)?.original ?? one);
            const results = await trip(() => target.batch(own));
            return results.map((result, i) => note(result, sqlOf(many[i])));
          };
        }
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
    get rowsRead() {
      return rowsRead;
    },
    get rowsWritten() {
      return rowsWritten;
    },
    get statements() {
      return statements;
    },
    get roundTrips() {
      return roundTrips;
    },
    get tripsInARow() {
      return tripsInARow;
    },
    get bill() {
      return bill;
    },
    reset() {
      bill = [];
      [rowsRead, rowsWritten, statements, roundTrips, tripsInARow] = [0, 0, 0, 0, 0];
    },
  };
}
