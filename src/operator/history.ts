import { desc, notInArray } from "drizzle-orm";
import { z } from "zod";
import { type Call, type Catalogue, RawOutput, type Tool } from "../calls/define.ts";
import { findTool } from "../calls/permissions.ts";
import { shape } from "../calls/shape.ts";
import { ALL_SCOPES } from "../control/scopes.ts";
import type { Principal } from "../gate/principal.ts";
import { type Assignable, workspaceView } from "../gate/workspace-view.ts";
import type { Workspace } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import type { EventType } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { events } from "../tenant/schema.ts";
import type { Actor, Tenant } from "../tenant/tenant.ts";
import { skipPast } from "../webhooks/store.ts";
import { OPERATOR, operatorTenant, readBody, workspaceOf } from "./exchange.ts";
import { deliveredSchema, recordPastDelivery } from "./past-delivery.ts";
import { hearVisitor, pastVisitorSchema, placeOf } from "./past-visitor.ts";

/** Acts of one request: each is a handful of queries, of which a request may make a thousand. */
const MAX_ACTS = 60;

const moment = z.int().min(Date.UTC(2000, 0));

/** A visitor wrote: what the flow that waits for them answers is part of it. */
const saidSchema = z.strictObject({
  at: moment,
  visitor: pastVisitorSchema,
  text: z.string().min(1).max(10_000),
  /** The chatbot knew nothing of it: how many passages were found all the same. */
  unanswered: z.int().min(0).optional(),
});

/** Somebody of the team used a tool. */
const calledSchema = z.strictObject({
  at: moment,
  /** A member's or bot's id; Parley itself where left out. */
  by: z.string().optional(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
  /** Fills conversationId, contactId and ticketId in, of those that the tool takes and the arguments do not name. */
  about: pastVisitorSchema.pick({ inboxId: true, sourceId: true }).optional(),
});

const actSchema = z.union([saidSchema, calledSchema, deliveredSchema]);
const historyInput = z.strictObject({ acts: z.array(actSchema).max(MAX_ACTS) });
type Act = z.output<typeof actSchema>;
type Called = z.output<typeof calledSchema>;

/**
 * Takes in what happened before, through the stores that everything else goes through: each act at its own moment, in
 * order of time. The feed of events only grows, so an act that is not later than its newest event has been taken in
 * already, and is passed over: a request can be repeated wherever it was cut off.
 *
 * Answers what each act's tool answered, null for what was passed over or said by a visitor. A tool that only reads
 * answers always.
 * @throws Failure `invalid_input` for acts out of order or in the future, and whatever a tool fails with: the acts
 * before it stay
 */
export function historyRoutes(catalogue: Catalogue) {
  return newApp().post("/workspaces/:workspace/imports/history", async (c) => {
    const { acts } = await readBody(c, historyInput);
    const workspace = await workspaceOf(c);
    checkOrder(acts);
    const past = new Past(catalogue, c.env, workspace, c.get("requestId"));
    const newest = await newestMoment(operatorTenant(c.env, workspace));
    const results: unknown[] = [];
    for (const act of acts) {
      const isThere = act.at <= newest && !("tool" in act && past.reads(act.tool));
      results.push(isThere ? null : await past.take(act));
    }
    await skipPast(operatorTenant(c.env, workspace));
    return c.json({ results });
  });
}

function checkOrder(acts: readonly { at: number }[]): void {
  const late = acts.findIndex((act, i) => act.at <= (acts[i - 1]?.at ?? 0));
  if (late > 0)
    throw new Failure("invalid_input", `acts.${late}.at: must be later than that of the act before.`);
  if ((acts.at(-1)?.at ?? 0) > Date.now())
    throw new Failure("invalid_input", "History does not reach into the future.");
}

/** What the operator does before there is any history, such as making the members that are in it: no act writes these. */
const ADMINISTRATIVE: EventType[] = ["workspace.updated", "member.updated", "credential.updated"];

async function newestMoment(tenant: Tenant): Promise<number> {
  const [newest] = await tenant.db
    .select({ at: events.createdAt })
    .from(events)
    .where(tenant.of(events, notInArray(events.type, ADMINISTRATIVE)))
    .orderBy(desc(events.seq))
    .limit(1);
  return newest?.at ?? 0;
}

/** A workspace's past, as it is taken in. */
class Past {
  readonly #catalogue: Catalogue;
  readonly #env: Env;
  readonly #workspace: Workspace;
  readonly #requestId: string;
  #people: Promise<Assignable[]> | undefined;

  constructor(catalogue: Catalogue, env: Env, workspace: Workspace, requestId: string) {
    this.#catalogue = catalogue;
    this.#env = env;
    this.#workspace = workspace;
    this.#requestId = requestId;
  }

  /** Whether it is a tool that only reads: what it answers is never taken in already. */
  reads(name: string): boolean {
    return findTool(this.#catalogue, name)?.hints.readOnly === true;
  }

  async take(act: Act): Promise<unknown> {
    if ("tool" in act) return this.#use(act);
    const call = this.#callOf(act.at, OPERATOR);
    if ("webhookId" in act) {
      await recordPastDelivery(call.tenant, this.#env, act);
      return null;
    }
    const as = (actor: Actor) => operatorTenant(this.#env, this.#workspace, actor, act.at);
    await hearVisitor(call, as, act);
    return null;
  }

  async #use({ at, by, tool: name, arguments: given, about }: Called): Promise<unknown> {
    const tool = findTool(this.#catalogue, name);
    if (!tool) throw new Failure("not_found", `There is no tool ${JSON.stringify(name)}.`);
    const call = this.#callOf(at, by === undefined ? OPERATOR : await this.#actor(by));
    const args = about ? { ...(await this.#facts(call.tenant, tool, about)), ...given } : given;
    const prepared = tool.prepare(args);
    if ("failure" in prepared) throw prepared.failure;
    const answer = await prepared.run(call);
    return answer instanceof RawOutput ? null : shape(tool, answer).structure;
  }

  /** What the tool takes of where the visitor's conversation is. */
  async #facts(tenant: Tenant, tool: Tool, about: NonNullable<Called["about"]>) {
    const place = Object.entries(await placeOf(tenant, about));
    return Object.fromEntries(place.filter(([name]) => name in tool.input.shape));
  }

  async #actor(id: string): Promise<Actor> {
    this.#people ??= this.#callOf(0, OPERATOR).workspace.members();
    const person = (await this.#people).find((one) => one.id === id);
    if (!person) throw new Failure("not_found", `No member or bot ${JSON.stringify(id)} in this workspace.`);
    return { kind: person.kind, id, name: person.name, credentialId: person.kind === "bot" ? id : null };
  }

  /** A call by whoever it was, who may do everything, with nobody there to be asked. */
  #callOf(at: number, actor: Actor): Call {
    const workspace = this.#workspace;
    const principal: Principal = {
      ...{ workspaceId: workspace.id, workspaceName: workspace.name, shard: workspace.shard },
      ...{ timeZone: workspace.timeZone, phoneCountry: workspace.phoneCountry, plan: workspace.plan },
      helpSlug: workspace.helpSlug,
      ...{ confirmSends: false, credentialId: actor.id, kind: actor.kind === "bot" ? "bot" : "api_key" },
      ...{ name: actor.name, member: null, scopes: [...ALL_SCOPES], readOnly: false, inboxes: null },
      ...{ hidden: [], validUntil: null },
    };
    return {
      tenant: operatorTenant(this.#env, workspace, actor, at),
      principal,
      workspace: workspaceView(this.#env, principal),
      env: this.#env,
      signal: new AbortController().signal,
      requestId: this.#requestId,
      canAsk: () => false,
      ask: async () => {
        throw new Failure("unsupported", "Nobody can be asked about the past.");
      },
      progress: async () => {},
      log: async () => {},
    };
  }
}
