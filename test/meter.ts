/** What D1 says that statements cost. `rows_read` does not count full-text work: measure time as well. */
export interface Meter {
  database: D1Database;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Statements sent, a batch counting each of its own. */
  readonly statements: number;
  /** Times the database was called: a batch is one. */
  readonly roundTrips: number;
  reset(): void;
}

/** The same database, with a meter on everything that goes through it. */
export function metered(database: D1Database): Meter {
  let [rowsRead, rowsWritten, statements, roundTrips] = [0, 0, 0, 0];
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  const note = <T>(result: D1Result<T>): D1Result<T> => {
    rowsRead += result.meta.rows_read;
    rowsWritten += result.meta.rows_written;
    statements += 1;
    return result;
  };

  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(original, {
      get(target, property) {
        if (property === "bind") return (...values: unknown[]) => statement(target.bind(...values));
        if (property === "all" || property === "run") {
          return async () => {
            roundTrips += 1;
            return note(await target[property]());
          };
        }
        // raw() and first() answer without meta: the same rows by way of all().
        if (property === "raw") {
          return async () => {
            roundTrips += 1;
            return note(await target.all<Record<string, unknown>>()).results.map((row) => Object.values(row));
          };
        }
        if (property === "first") {
          return async () => {
            roundTrips += 1;
            return note(await target.all()).results[0] ?? null;
          };
        }
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    originals.set(proxy, original);
    return proxy;
  };

  return {
    database: new Proxy(database, {
      get(target, property) {
        if (property === "prepare") return (query: string) => statement(target.prepare(query));
        if (property === "batch") {
          return async (many: D1PreparedStatement[]) => {
            roundTrips += 1;
            return (await target.batch(many.map((one) => originals.get(one) ?? one))).map(note);
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
    reset() {
      [rowsRead, rowsWritten, statements, roundTrips] = [0, 0, 0, 0];
    },
  };
}
