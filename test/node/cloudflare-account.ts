import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
/** What Cloudflare answers for a Worker that is not there. */
const NO_WORKER = { status: 404, code: 10007, message: "This Worker does not exist on your account." };

const metadataSchema = z.object({
  migrations: z.object({ new_tag: z.string() }).optional(),
  bindings: z.array(z.looseObject({ type: z.string(), name: z.string() })),
});
type Bindings = z.output<typeof metadataSchema>["bindings"];

class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor({ status, code, message }: { status: number; code: number; message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * A stand-in for the part of Cloudflare's API that a deploy reaches, on loopback: wrangler itself is the real one.
 * D1 databases are SQLite, so that migrations really run; a Worker is only kept, not run.
 */
export class CloudflareAccount {
  readonly databases = new Map<string, { name: string; db: DatabaseSync }>();
  readonly namespaces = new Map<string, string>();
  readonly buckets = new Set<string>();
  /** One entry for each upload, in order. */
  readonly uploads: Bindings[] = [];
  readonly secrets = new Map<string, string>();
  readonly customDomains: string[] = [];
  /** Paths of the files beside the Worker that were uploaded, and those that a deploy announced. */
  readonly assets = new Map<string, string>();
  #announced = new Map<string, string>();
  /** The last migration of Durable Object classes that an upload brought. */
  #migrationTag: string | undefined;
  /** Everything that changed something: method and path, in order. SQL and uploads are named. */
  readonly changes: string[] = [];
  /** Requests that the stand-in does not know. */
  readonly unknown: string[] = [];
  /** Set to have uploads refused, as a broken Worker would be. */
  refuseUploads = false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      let status = 200;
      let body: object;
      try {
        const result = await this.#answer(request);
        body = { success: true, errors: [], messages: [], result, result_info: { page: 1, total_pages: 1 } };
      } catch (error) {
        const refusal =
          error instanceof Refusal ? error : new Refusal({ status: 500, code: 1, message: String(error) });
        status = refusal.status;
        const { code, message } = refusal;
        body = { success: false, errors: [{ code, message }], messages: [], result: null };
      }
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
    for (const { db } of this.databases.values()) db.close();
  }

  /** Points wrangler here. */
  get env(): Record<string, string> {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The stand-in is not started.");
    return {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${address.port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "stand-in",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    };
  }

  /** The value of a variable of the Worker as it was last uploaded. */
  deployedVariable(name: string): unknown {
    return this.uploads.at(-1)?.find((one) => one.name === name)?.text;
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? "", "http://stand.in");
    const path = url.pathname.replace("/client/v4", "").replace(`/accounts/${ACCOUNT}`, "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const first = Number(url.searchParams.get("page") ?? 1) === 1;
    const name = () => z.object({ name: z.string() }).parse(JSON.parse(body.toString())).name;

    const [, databaseId] = /^\/d1\/database\/([^/]+)\/query$/.exec(path) ?? [];
    if (databaseId) return this.#query(databaseId, body.toString());

    const route = `${request.method} ${path}`;
    switch (route) {
      case "GET /user/tokens/verify":
        return { id: "token", status: "active" };
      case "GET /user":
        return { id: "user", email: "operator@example.com" };
      case "GET /accounts":
        return first ? [{ id: ACCOUNT, name: "Team" }] : [];
      case "GET /memberships":
        return first ? [{ id: "membership", account: { id: ACCOUNT, name: "Team" } }] : [];
      case "GET /workers/subdomain":
        return { subdomain: "team" };
      case "GET /d1/database":
        return first ? [...this.databases].map(([uuid, one]) => ({ uuid, name: one.name })) : [];
      case "POST /d1/database": {
        const uuid = randomUUID();
        this.databases.set(uuid, { name: name(), db: new DatabaseSync(":memory:") });
        const { primary_location_hint: hint, jurisdiction } = z
          .object({ primary_location_hint: z.string().optional(), jurisdiction: z.string().optional() })
          .parse(JSON.parse(body.toString()));
        this.changes.push([`create database ${name()}`, hint, jurisdiction].filter(Boolean).join(" "));
        return { uuid, name: name() };
      }
      case "GET /storage/kv/namespaces":
        return first ? [...this.namespaces].map(([id, title]) => ({ id, title })) : [];
      case "POST /storage/kv/namespaces": {
        const { title } = z.object({ title: z.string() }).parse(JSON.parse(body.toString()));
        const id = randomUUID().replaceAll("-", "");
        this.namespaces.set(id, title);
        this.changes.push(`create namespace ${title}`);
        return { id, title };
      }
      // https://developers.cloudflare.com/api/resources/r2/subresources/buckets/methods/create/, read 2026-12-01.
      case "POST /r2/buckets": {
        const where = [request.headers["cf-r2-jurisdiction"], name()].filter(Boolean).join(" ");
        if (this.buckets.has(where)) {
          const message = "The bucket you tried to create already exists, and you own it.";
          throw new Refusal({ status: 409, code: 10004, message });
        }
        this.buckets.add(where);
        this.changes.push(`create bucket ${where}`);
        return {
          name: name(),
          creation_date: new Date().toISOString(),
          location: "WEUR",
          storage_class: "Standard",
        };
      }
      // wrangler looks whether what it binds is there.
      case "GET /r2/buckets/parley-files":
        return { name: "parley-files", creation_date: "2026-12-01T00:00:00Z" };
      case "GET /workers/scripts/parley/secrets":
        this.#requireWorker();
        return [...this.secrets.keys()].map((one) => ({ name: one, type: "secret_text" }));
      case "GET /workers/services/parley":
        this.#requireWorker();
        return { default_environment: { script: { tag: "tag", tags: [], last_deployed_from: "wrangler" } } };
      case "GET /workers/scripts":
        return this.uploads.length > 0 ? [{ id: "parley", migration_tag: this.#migrationTag }] : [];
      case "GET /workers/scripts/parley/deployments":
        this.#requireWorker();
        return {
          deployments: [{ id: "deployment", versions: [{ version_id: "version", percentage: 100 }] }],
        };
      // A Worker that is new, or that migrates Durable Objects.
      case "PUT /workers/scripts/parley":
      // Every other: a version, and a deployment of it.
      case "POST /workers/scripts/parley/versions":
        return this.#upload(request.headers["content-type"] ?? "", body);
      case "POST /workers/scripts/parley/deployments":
        return { id: "deployment" };
      // https://developers.cloudflare.com/workers/static-assets/direct-upload/, read 2026-11-30.
      case "POST /workers/scripts/parley/assets-upload-session":
        return this.#announce(body.toString());
      case "POST /workers/assets/upload":
        return this.#takeAssets(request.headers["content-type"] ?? "", body);
      case "GET /workers/workers/parley":
        this.#requireWorker();
        return { subdomain: { enabled: true, previews_enabled: false } };
      case "GET /workers/scripts/parley/settings":
        this.#requireWorker();
        return { bindings: this.uploads.at(-1) };
      case "POST /workers/scripts/parley/subdomain":
        return JSON.parse(body.toString());
      case "POST /workers/scripts/parley/domains/changeset":
        return { added: [], removed: [], updated: [], conflicting: [] };
      case "PUT /workers/scripts/parley/domains/records": {
        const { origins } = z
          .object({ origins: z.array(z.object({ hostname: z.string() })) })
          .parse(JSON.parse(body.toString()));
        this.customDomains.push(...origins.map((one) => one.hostname));
        return [];
      }
      case "PUT /workers/scripts/parley/schedules":
      case "PATCH /workers/scripts/parley/script-settings":
        return {};
      default:
        this.unknown.push(route);
        throw new Refusal({ status: 404, code: 7003, message: `no ${route}` });
    }
  }

  /** Answers which files are to be sent: those that it does not have. Without any the token completes it at once. */
  #announce(body: string): { jwt: string; buckets: string[][] } {
    const { manifest } = z
      .object({ manifest: z.record(z.string(), z.object({ hash: z.string(), size: z.int() })) })
      .parse(JSON.parse(body));
    this.#announced = new Map(Object.entries(manifest).map(([path, { hash }]) => [hash, path]));
    const missing = [...this.#announced].filter(([, path]) => !this.assets.has(path)).map(([hash]) => hash);
    return { jwt: "assets", buckets: missing.length === 0 ? [] : [missing] };
  }

  /** Takes files, each under its hash and in base64. */
  async #takeAssets(contentType: string, body: Buffer): Promise<{ jwt: string }> {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": contentType },
    }).formData();
    for (const [hash, part] of form) {
      const path = this.#announced.get(hash);
      if (path === undefined) throw new Error(`The file ${hash} was not announced.`);
      const text = typeof part === "string" ? part : await part.text();
      this.assets.set(path, Buffer.from(text, "base64").toString());
    }
    return { jwt: "assets complete" };
  }

  #requireWorker(): void {
    if (this.uploads.length === 0) throw new Refusal(NO_WORKER);
  }

  /** Runs SQL as D1's query endpoint does: several statements, of which only a lone SELECT gives rows. */
  #query(id: string, body: string): unknown {
    const found = this.databases.get(id);
    if (!found)
      throw new Refusal({ status: 404, code: 7404, message: `The database ${id} could not be found` });
    const { sql } = z.object({ sql: z.string() }).parse(JSON.parse(body));
    const isSelect = /^\s*SELECT\b/i.test(sql);
    if (/INSERT INTO "?d1_migrations/i.test(sql)) this.changes.push(`migrate ${found.name}`);
    try {
      const results = isSelect ? found.db.prepare(sql).all() : [];
      if (!isSelect) found.db.exec(sql);
      return [{ results, success: true, meta: { duration: 0 } }];
    } catch (error) {
      throw new Refusal({ status: 400, code: 7500, message: String(error) });
    }
  }

  async #upload(contentType: string, body: Buffer): Promise<unknown> {
    if (this.refuseUploads) throw new Refusal({ status: 400, code: 10021, message: "The Worker is broken." });
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": contentType },
    }).formData();
    const metadata = form.get("metadata");
    const { bindings, migrations } = metadataSchema.parse(
      JSON.parse(typeof metadata === "string" ? metadata : "{}"),
    );
    for (const one of bindings) {
      if (one.type === "secret_text") this.secrets.set(one.name, String(one.text));
      if (one.type === "inherit" && !this.secrets.has(one.name)) {
        throw new Refusal({ status: 400, code: 10056, message: `inherit binding '${one.name}' is invalid` });
      }
    }
    this.#migrationTag = migrations?.new_tag ?? this.#migrationTag;
    this.uploads.push(bindings);
    this.changes.push("upload");
    const id = randomUUID();
    return {
      id,
      etag: "etag",
      deployment_id: id.replaceAll("-", ""),
      resources: { script: { etag: "etag" } },
      startup_time_ms: 1,
    };
  }
}
