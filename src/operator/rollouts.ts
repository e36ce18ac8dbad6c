import { z } from "zod";
import { listRollouts, setRollout } from "../control/rollouts.ts";
import { RINGS } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import { readBody } from "./exchange.ts";

/** A tool's name, or a feature's. */
const FEATURE = /^[a-z][a-z0-9_.-]{0,63}$/;

const workspaceIds = z
  .array(z.string().refine((id) => isId("workspace", id), "not a workspace id"))
  .max(1000);

const changes = z
  .strictObject({
    rings: z.array(z.enum(RINGS)),
    percent: z.int().min(0).max(100),
    allow: workspaceIds,
    deny: workspaceIds,
  })
  .partial();

/** A rule that says nothing lets every workspace have the feature, as no rule does. */
const EVERYBODY = { rings: [], percent: 100, allow: [], deny: [] };

export const rolloutRoutes = newApp()
  .get("/rollouts", async (c) => c.json({ items: await listRollouts(c.env) }))
  .put("/rollouts/:feature", async (c) => {
    const feature = c.req.param("feature");
    if (!FEATURE.test(feature)) throw new Failure("invalid_input", "This cannot be a feature's name.");
    const change = await readBody(c, changes);
    const held = (await listRollouts(c.env)).find((rule) => rule.feature === feature);
    return c.json(await setRollout(c.env, { ...EVERYBODY, ...held, ...change, feature }));
  });
