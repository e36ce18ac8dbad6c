import { env } from "cloudflare:workers";
import { onTestFinished } from "vitest";

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

/** What all databases of the isolate were asked, by whomever: the Worker, its objects or a test. */
export interface IsolateMeter extends Pick<Meter, "rowsWritten" | "roundTrips" | "tripsInARow" | "bill"> {
  reset(): void;
}

/** Puts a meter on every statement of the isolate until the test is over. Two at the same time see each other's. */
export function meteredIsolate(): IsolateMeter {
  const databases: D1Database = Object.getPrototypeOf(env.CONTROL);
  const statements: D1PreparedStatement = Object.getPrototypeOf(env.CONTROL.prepare("SELECT 1").bind());
  const { batch } = databases;
  const { all, run, raw, first } = statements;
  let [rowsWritten, roundTrips, tripsInARow, underWay] = [0, 0, 0, 0];
  let bill: { sql: string; read: number; written: number }[] = [];

  const note = <T>(result: D1Result<T>, sql: string): D1Result<T> => {
    bill.push({ sql, read: result.meta.rows_read, written: result.meta.rows_written });
    rowsWritten += result.meta.rows_written;
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
  const sqlOf = (statement: D1PreparedStatement) => String(Reflect.get(statement, "statement"));
  const asked = async <T>(statement: D1PreparedStatement) =>
    note(await trip(() => all.call(statement) as Promise<D1Result<T>>), sqlOf(statement));

  databases.batch = async function <T>(this: D1Database, many: D1PreparedStatement[]) {
    const results = await trip(() => batch.call(this, many) as Promise<D1Result<T>[]>);
    return results.map((result, i) => note(result, many[i] ? sqlOf(many[i]) : ""));
  };
  const patched = {
    all(this: D1PreparedStatement) {
      return asked(this);
    },
    run(this: D1PreparedStatement) {
      return asked(this);
    },
    // Answers without meta: the same rows by way of all().
    async raw(this: D1PreparedStatement) {
      const { results } = await asked<object>(this);
      return results.map((row) => Object.values(row));
    },
    async first(this: D1PreparedStatement, column?: string) {
      const row = (await asked<Record<string, unknown>>(this)).results[0] ?? null;
      return column === undefined ? row : (row?.[column] ?? null);
    },
  };
  Object.assign(statements, patched);
  onTestFinished(() => {
    databases.batch = batch;
    Object.assign(statements, { all, run, raw, first });
  });
  return {
    get rowsWritten() {
      return rowsWritten;
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
      [rowsWritten, roundTrips, tripsInARow] = [0, 0, 0];
    },
  };
}
