import { z } from "zod";
import { listPlans, setPlan } from "../control/plans.ts";
import { newApp } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { readBody } from "./exchange.ts";

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, "a plan's name is lower-case letters, digits, - and _");
const amount = z.int().min(0).nullable();

const changes = z
  .strictObject({
    perMinute: z.int().min(1),
    perDay: amount,
    perMonth: amount,
    mcp: z.boolean(),
    botTokens: z.boolean(),
    maxInboxes: amount,
    trialDays: z.int().min(1).nullable(),
    fallsTo: name.nullable(),
  })
  .partial();

/** What a new plan holds where nothing is said: no limits but the one per minute, which must be said. */
const BLANK = {
  perDay: null,
  perMonth: null,
  mcp: true,
  botTokens: true,
  maxInboxes: null,
  trialDays: null,
  fallsTo: null,
};

export const planRoutes = newApp()
  .get("/plans", async (c) => c.json({ items: await listPlans(c.env) }))
  .put("/plans/:name", async (c) => {
    const change = await readBody(c, changes);
    const plans = await listPlans(c.env);
    const planName = name.safeParse(c.req.param("name"));
    if (!planName.success) throw new Failure("invalid_input", "This cannot be a plan's name.");
    const held = plans.find((plan) => plan.name === planName.data);
    const perMinute = change.perMinute ?? held?.perMinute;
    if (perMinute === undefined) throw new Failure("invalid_input", "A new plan needs perMinute.");
    const plan = { name: planName.data, perMinute, ...BLANK, ...held, ...change };
    if (plan.fallsTo !== null && !plans.some((one) => one.name === plan.fallsTo)) {
      throw new Failure("invalid_input", `Unknown plan ${plan.fallsTo}.`, {
        candidates: plans.map((p) => p.name),
      });
    }
    if ((plan.trialDays === null) !== (plan.fallsTo === null)) {
      throw new Failure("invalid_input", "trialDays and fallsTo go together.");
    }
    return c.json(await setPlan(c.env, plan));
  });
