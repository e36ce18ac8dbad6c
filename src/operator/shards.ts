import { shardLoad } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { nearlyFull, shardSizes } from "../tenant/shards.ts";

/** How full each tenant database is: beyond its limit D1 takes no writes, and workspaces do not move. */
export const shardRoutes = newApp().get("/shards", async (c) => {
  const [sizes, load] = await Promise.all([shardSizes(c.env), shardLoad(c.env)]);
  const items = sizes.map((size) => ({
    ...size,
    workspaces: load.get(size.shard) ?? 0,
    nearlyFull: nearlyFull(size),
  }));
  return c.json({ items });
});
