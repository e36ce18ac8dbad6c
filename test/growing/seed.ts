import { env } from "cloudflare:workers";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { Bulk } from "./bulk.ts";
import { seedContent } from "./seed-content.ts";
import { seedCustomers } from "./seed-customers.ts";
import type { World } from "./world.ts";

/** What bulk rows are made of, as SQL over their number `i`. */
export interface Seed {
  world: World;
  tenant: Tenant;
  /** Rows of each table. */
  size: number;
  bulk: Bulk;
  /** When row `i` was made: the rows spread over the last thirty days, whatever their number. */
  at: string;
  /** About then, in another order than the rows'. */
  shuffledAt: string;
  /** The inbox of row `i`: the open one for odd numbers, else the other. */
  inbox: string;
  chatbot: string;
  /** True for one row in four, all of them in the open inbox: those belong to the world's own contact, conversation … */
  favoured: string;
  /** Words: one of all rows, one of each second that never meet, one of each tenth, one of the row alone. */
  words: string;
}

const DAYS_30 = 30 * 86_400_000;

/**
 * Grows a world by `size` rows (half as many messages more) in every table that grows with use, a quarter of them below one contact, conversation,
 * flow …: those whose ids the world has. Search rows stand as the stores write them.
 */
export async function growWorld(
  world: World,
  size: number,
  fewer: { articles?: number; products?: number } = {},
): Promise<void> {
  const bulk = new Bulk(
    world.workspace.shard === "TENANT_2" ? env.TENANT_2 : env.TENANT_1,
    world.workspace.id,
  );
  const begin = Date.now() - DAYS_30;
  const step = Math.floor(DAYS_30 / size);
  const either = (open: string | undefined, other: string | undefined) => `iif(i % 2, '${open}', '${other}')`;
  const seed: Seed = {
    world,
    tenant: testCall({ workspaceId: world.workspace.id }).tenant,
    size,
    bulk,
    at: `(${begin} + i * ${step})`,
    shuffledAt: `(${begin} + (i / 1000 * 1000 + i * 7919 % 1000) * ${step})`,
    inbox: either(world.open.ids.inboxId, world.other.ids.inboxId),
    chatbot: either(world.open.shared.chatbotId, world.other.shared.chatbotId),
    favoured: "i % 4 = 1",
    words: "('order ' || iif(i % 2, 'left', 'right') || iif(i % 10 = 7, ' seldom', '') || ' u' || i || 'x')",
  };
  await seedCustomers(seed);
  await seedContent(seed, fewer);
}
