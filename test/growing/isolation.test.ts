import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { growing, showsNothingOf } from "./checks.ts";
import { isolation, limitedTo } from "./isolation.ts";
import { type Corner, makeWorld, type World } from "./world.ts";

/**
 * Every tool and resource of the catalogue against ids of another workspace and of a forbidden inbox.
 * A new tool is here by being in the catalogue; an id parameter that the world does not know makes it fail.
 */
let mine: World;
let theirs: World;
/** A workspace on the other tenant database. */
let elsewhere: World;

beforeAll(async () => {
  // In one tenant database: the shard may not be what keeps them apart.
  mine = await makeWorld("mine", { shard: "TENANT_1" });
  theirs = await makeWorld("theirs", { shard: "TENANT_1" });
  elsewhere = await makeWorld("elsewhere", { shard: "TENANT_2" });
});

growing(catalogue.tools, isolation, () => ({ mine, theirs, elsewhere }));

describe("resources", () => {
  const templates = catalogue.resources.filter(({ uri }) => uri.includes("{"));

  it.each(templates.map(({ uri }) => uri))("%s shows nothing of others", async (uri) => {
    const limited = await limitedTo(theirs);
    const fill = ({ shared, ids }: Corner) =>
      uri.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? shared[name] ?? `no-${name}`);
    const isShared = Object.keys(theirs.other.shared).some((name) => uri.includes(`{${name}}`));
    const own = await mine.client.readResource({ uri: fill(mine.open) });
    expect(JSON.stringify(own)).toContain(isShared ? mine.open.shared.chatbotId : mine.open.canary);
    await expect(mine.client.readResource({ uri: fill(theirs.open) })).rejects.toThrow(/No |not found/i);
    if (isShared) {
      const read = await limited.readResource({ uri: fill(theirs.other) });
      showsNothingOf(theirs.other, JSON.stringify(read));
    } else {
      await expect(limited.readResource({ uri: fill(theirs.other) })).rejects.toThrow(/No |not found/i);
    }
  });

  it.each(catalogue.resources.filter(({ uri }) => !uri.includes("{")).map(({ uri }) => uri))(
    "%s shows nothing of others",
    async (uri) => {
      const limited = await limitedTo(theirs);
      const text = JSON.stringify(await mine.client.readResource({ uri }));
      showsNothingOf(theirs.open, text);
      showsNothingOf(theirs.other, JSON.stringify(await limited.readResource({ uri })));
    },
  );
});
