import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Role } from "../../src/control/scopes.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { addMember, createWorkspace, type Workspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import worker from "../../src/index.ts";
import { createUser, type User } from "../../src/oauth/users.ts";
import { randomText } from "../../src/tenant/ids.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";

export const ORIGIN = new URL(env.PUBLIC_URL).origin;
export const REDIRECT = "http://127.0.0.1:33418/callback";
export const PASSWORD = "correct horse battery";

/** One request through the Worker's sign-in and OAuth side. */
export async function serve(request: Request, configuration: Partial<Env> = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const answer = await worker.fetch(request, { ...env, ...configuration }, ctx);
  await waitOnExecutionContext(ctx);
  return answer;
}

/** A page's form as a browser would send it if its button were pressed now. */
export interface PageForm {
  action: string;
  method: string;
  fields: URLSearchParams;
}

export async function formsOf(html: string): Promise<PageForm[]> {
  const forms: PageForm[] = [];
  let name = "";
  let typed = "";
  let chosen: string | null = null;
  await new HTMLRewriter()
    .on("form", {
      element(form) {
        forms.push({
          action: form.getAttribute("action") ?? "",
          method: form.getAttribute("method") ?? "get",
          fields: new URLSearchParams(),
        });
      },
    })
    .on("form input", {
      element(input) {
        const name = input.getAttribute("name");
        const ticks = ["radio", "checkbox"].includes(input.getAttribute("type") ?? "");
        if (name === null || (ticks && !input.hasAttribute("checked"))) return;
        forms.at(-1)?.fields.append(name, textOf(input.getAttribute("value") ?? ""));
      },
    })
    .on("form textarea", {
      element(field) {
        name = field.getAttribute("name") ?? "";
        typed = "";
        field.onEndTag(() => {
          forms.at(-1)?.fields.append(name, textOf(typed));
        });
      },
      text: ({ text }) => {
        typed += text;
      },
    })
    .on("form select", {
      element(field) {
        name = field.getAttribute("name") ?? "";
        chosen = null;
        field.onEndTag(() => {
          forms.at(-1)?.fields.append(name, chosen ?? "");
        });
      },
    })
    .on("form select option", {
      element(option) {
        // As browsers do it: the first where none is marked.
        if (chosen === null || option.hasAttribute("selected"))
          chosen = textOf(option.getAttribute("value") ?? "");
      },
    })
    .transform(new Response(html, { headers: { "content-type": "text/html" } }))
    .text();
  return forms.map((form) => ({ ...form, action: form.action.replaceAll("&amp;", "&") }));
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" } as const;

/** What an attribute or a text of a page says, of which HTMLRewriter leaves the entities. */
function textOf(html: string): string {
  return html.replaceAll(
    /&(lt|gt|quot|#39|amp);/g,
    (entity) => ENTITIES[entity as keyof typeof ENTITIES] ?? entity,
  );
}

/** A browser as far as the pages need one: cookies, Origin with its forms, redirects followed on this site. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #address = `10.${randomByte()}.${randomByte()}.${randomByte()}`;
  /** Where the last answer came from. */
  url = `${ORIGIN}/`;

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Puts in cookies that somebody else chose. */
  plant(cookies: string): void {
    for (const pair of cookies.split("; ")) {
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  /** One request, no redirect followed. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#cookies.size > 0) headers.set("cookie", this.cookies);
    headers.set("cf-connecting-ip", this.#address);
    const target = new URL(url, this.url);
    const answer = await serve(new Request(target, { ...init, headers, redirect: "manual" }));
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = "", ...attributes] = cookie.split(";");
      const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    this.url = target.href;
    return answer;
  }

  /** Opens a page and follows redirects that stay on this site. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    let answer = await this.send(url, init);
    for (let hops = 0; hops < 5; hops++) {
      const location = answer.headers.get("location");
      const next = location && new URL(location, this.url);
      if (!next || next.origin !== ORIGIN) break;
      answer = await this.send(next.href);
    }
    return answer;
  }

  /** Posts a form of ours, from ours. */
  post(action: string, fields: URLSearchParams | Record<string, string>, headers = {}): Promise<Response> {
    return this.open(action, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN, ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async signIn(email: string, returnTo = "/sign-in"): Promise<Response> {
    return this.post("/sign-in", { email, password: PASSWORD, return_to: returnTo });
  }
}

function randomByte(): number {
  return crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
}

export interface World {
  workspace: Workspace;
  user: User;
  memberId: string;
  /** A registered public client. */
  clientId: string;
  inboxIds: string[];
}

/** A workspace with one member and two inboxes, and a client registered under `clientName`. */
export async function makeWorld(role: Role = "admin", clientName = "Test Client"): Promise<World> {
  const workspace = await createWorkspace(env, { name: `Team ${randomText(4)}`, plan: "enterprise" });
  const user = await createUser(env, {
    email: `${randomText(8)}@example.com`,
    name: "Ada",
    password: PASSWORD,
  });
  const member = await addMember(env, workspace.id, {
    userId: user.id,
    name: user.name,
    email: user.email,
    role,
  });
  const tenant = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor: { kind: "system", id: "system", name: "Parley", credentialId: null },
    timeZone: "UTC",
  });
  const inboxes = [
    await createInbox(tenant, { channel: "web", name: "Website" }),
    await createInbox(tenant, { channel: "api", name: "App" }),
  ];
  return {
    workspace,
    user,
    memberId: member.id,
    clientId: await register(clientName),
    inboxIds: inboxes.map(({ id }) => id),
  };
}

export async function register(clientName: string, metadata: Record<string, unknown> = {}): Promise<string> {
  const answer = await serve(
    new Request(`${ORIGIN}/oauth/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "cf-connecting-ip": randomText(8) },
      body: JSON.stringify({
        client_name: clientName,
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: "none",
        ...metadata,
      }),
    }),
  );
  const { client_id: clientId } = await answer.json<{ client_id: string }>();
  return clientId;
}

export const VERIFIER = "verifier-verifier-verifier-verifier-verifier-1";

/** An authorization request's address (PKCE S256). */
export async function authorizeUrl(
  clientId: string,
  extra: Record<string, string> = {},
  path = "/mcp",
): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  const challenge = new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true });
  return `${ORIGIN}/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT,
    state: "opaque state",
    code_challenge: challenge,
    code_challenge_method: "S256",
    resource: `${ORIGIN}${path}`,
    ...extra,
  })}`;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  scope: string;
  resource: string;
}

export async function tokenRequest(fields: Record<string, string>, headers = {}): Promise<Response> {
  return serve(
    new Request(`${ORIGIN}/oauth/token`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "cf-connecting-ip": randomText(8),
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    }),
  );
}

/** Signs in, allows what is preselected (with `changes` on top) and redeems the code. */
export async function connect(
  { user, clientId }: World,
  options: {
    path?: string;
    changes?: (fields: URLSearchParams) => void;
    extra?: Record<string, string>;
  } = {},
): Promise<Tokens> {
  const browser = new Browser();
  const url = await authorizeUrl(clientId, options.extra, options.path);
  await browser.signIn(user.email);
  const [form] = await formsOf(await (await browser.open(url)).text());
  if (!form) throw new Error("no consent form");
  options.changes?.(form.fields);
  form.fields.set("decision", "allow");
  const answer = await browser.post(form.action, form.fields);
  const code = codeOf(answer);
  const tokens = await tokenRequest({
    grant_type: "authorization_code",
    code,
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  });
  if (!tokens.ok) throw new Error(`no tokens: ${await tokens.text()}`);
  return tokens.json<Tokens>();
}

/** The code in a redirect to the client. */
export function codeOf(answer: Response): string {
  const location = new URL(answer.headers.get("location") ?? "about:blank");
  const code = location.searchParams.get("code");
  if (code === null) throw new Error(`no code: ${answer.status} ${location.href}`);
  return code;
}

/** What the gate says to a grant at this moment: admitted or the kind of refusal, with the principal's scopes. */
export async function admitGrant(workspaceId: string, grantId: string) {
  const admission = await gateOf(env, workspaceId).admit({
    credential: { kind: "grant", grantId },
    readOnlyAddress: false,
    sessionId: null,
    calls: [],
    others: 1,
  });
  return admission.admitted
    ? { admitted: true as const, principal: admission.principal }
    : { admitted: false as const, refusal: admission.refusal.kind };
}
