import { z } from "zod";
import { deployedOperatorKey } from "./deployed.ts";
import { localData, localPort, readSecrets } from "./local.ts";
import { Refused } from "./refused.ts";

const OPERATOR_PATH = "/api/operator/v1";

/** A page of any of the operator API's lists. */
const pageSchema = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  nextCursor: z.string().nullable().optional(),
});
const refusalSchema = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string(),
    hint: z.string().optional(),
    candidates: z.array(z.union([z.string(), z.object({ id: z.string(), name: z.string() })])).optional(),
  }),
});
export const rowSchema = z.record(z.string(), z.unknown());
export type Row = z.output<typeof rowSchema>;

/** Fields left undefined are not sent: the server keeps what it has. */
export type Fields = Record<string, unknown>;

/** Speaks to the operator API of one server. */
export class OperatorClient {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url.replace(/\/+$/, "");
    this.#key = key;
  }

  /**
   * One request, and its JSON answer.
   * @throws Refused when the server refuses or cannot be reached, with its own words
   */
  async send(method: string, path: string, body?: Fields): Promise<unknown> {
    const response = await fetch(`${this.url}${OPERATOR_PATH}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error: unknown) => {
      throw new Refused(`Cannot reach ${this.url}: ${reason(error)}. Is the server running?`);
    });
    const text = await response.text();
    const answer = asJson(text);
    if (response.ok && answer !== undefined) return answer;
    const refusal = refusalSchema.safeParse(answer);
    if (!refusal.success)
      throw new Refused(`${this.url} answered ${response.status}, not as a Parley server does.`);
    const { code, message, hint, candidates = [] } = refusal.data.error;
    const possible =
      candidates.length > 0
        ? `Possible: ${candidates.map((one) => (typeof one === "string" ? one : `${one.id} (${one.name})`)).join(", ")}.`
        : undefined;
    throw new Refused([message, hint, possible].filter(Boolean).join(" "), code);
  }

  async get(path: string): Promise<Row> {
    return rowSchema.parse(await this.send("GET", path));
  }

  async post(path: string, body: Fields = {}): Promise<Row> {
    return rowSchema.parse(await this.send("POST", path, body));
  }

  async put(path: string, body: Fields): Promise<Row> {
    return rowSchema.parse(await this.send("PUT", path, body));
  }

  async patch(path: string, body: Fields): Promise<Row> {
    return rowSchema.parse(await this.send("PATCH", path, body));
  }

  async delete(path: string): Promise<Row> {
    return rowSchema.parse(await this.send("DELETE", path));
  }

  /**
   * The rows of a list, page after page, at most `most` of them.
   * @param filters query parameters; undefined ones are left out
   */
  async list(path: string, filters: Record<string, string | undefined> = {}, most = 10_000): Promise<Row[]> {
    const rows: Row[] = [];
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
    for (;;) {
      const page = pageSchema.parse(await this.send("GET", `${path}${query.size > 0 ? `?${query}` : ""}`));
      rows.push(...page.items);
      if (!page.nextCursor || rows.length >= most) return rows.slice(0, most);
      query.set("cursor", page.nextCursor);
    }
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error)
    return "code" in cause && cause.message === "" ? String(cause.code) : cause.message;
  return error.message;
}

/**
 * The server that flags or environment name, or else the local one with its own key. The local key is sent to the local
 * server's own address alone; the key of a server that was deployed from this checkout goes to that one alone.
 */
export function operatorClient(flags: { url?: string; operatorKey?: string }): OperatorClient {
  const named = flags.url ?? process.env.PARLEY_URL;
  const given = flags.operatorKey ?? process.env.PARLEY_OPERATOR_KEY;
  const url = named === undefined ? localUrl() : originOf(named);
  const key =
    given ?? (url === localUrl() ? readSecrets(localData()).OPERATOR_KEY : deployedOperatorKey(url));
  if (key) return new OperatorClient(url, key);
  const from = flags.url === undefined ? "PARLEY_URL names" : "--url names";
  throw new Refused(
    `${from} ${url}: say its key with --operator-key or PARLEY_OPERATOR_KEY${flags.url === undefined ? ", or unset PARLEY_URL for the local server" : ""}.`,
  );
}

/** The server of an address. The stdio bridge's PARLEY_URL ends in a path, which is none of the operator API's. */
function originOf(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Refused(`${JSON.stringify(text)} is not an address: write it as https://parley.example.com.`);
  }
  return url.origin;
}

/** The local server, on the port that `PORT` names. */
export function localUrl(): string {
  return `http://localhost:${localPort()}`;
}
