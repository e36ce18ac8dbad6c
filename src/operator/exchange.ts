import type { z } from "zod";
import { Administration, OPERATOR } from "../gate/administration.ts";
import { getWorkspace, type Workspace } from "../gate/workspaces.ts";
import type { Exchange } from "../http/app.ts";
import { parseJson } from "../http/json-text.ts";
import { problemsOf } from "../http/problems.ts";
import { readAs } from "../http/read-as.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { type Actor, Tenant } from "../tenant/tenant.ts";

export { OPERATOR } from "../gate/administration.ts";
export type { Exchange } from "../http/app.ts";

/**
 * The JSON body, checked.
 * @throws Failure `invalid_input` saying what is wrong with which field
 */
export async function readBody<S extends z.ZodType>(c: Exchange, schema: S): Promise<z.output<S>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === "" ? {} : parseJson(text);
  } catch {
    throw new Failure("invalid_input", "The body is not JSON.");
  }
  return check(schema, body);
}

/** The query parameters, checked. @throws Failure `invalid_input` */
export function readQuery<S extends z.ZodType>(c: Exchange, schema: S): z.output<S> {
  return check(schema, c.req.query());
}

function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = readAs(schema, value);
  if (parsed.success) return parsed.data;
  throw new Failure("invalid_input", problemsOf(parsed.error, schema, parsed.read).sentences.join(" "));
}

/** The path's workspace. @throws Failure `not_found` */
export function workspaceOf(c: Exchange): Promise<Workspace> {
  return getWorkspace(c.env, c.req.param("workspace") ?? "");
}

/**
 * The workspace's data, seen whole.
 * @param actor who events and messages are attributed to
 * @param at when what is written happened, in milliseconds; now where left out
 */
export function operatorTenant(env: Env, workspace: Workspace, actor: Actor = OPERATOR, at?: number): Tenant {
  return new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor,
    timeZone: workspace.timeZone,
    phoneCountry: workspace.phoneCountry,
    helpSlug: workspace.helpSlug,
    ...(at === undefined ? {} : { at }),
  });
}

/** What the operator changes of who may do what in the path's workspace. @throws Failure `not_found` */
export async function operatorAdministration(c: Exchange): Promise<Administration> {
  return new Administration(c.env, operatorTenant(c.env, await workspaceOf(c)));
}
