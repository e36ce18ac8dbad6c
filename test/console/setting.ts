import { env } from "cloudflare:workers";
import type { Page } from "../../src/console/page.ts";
import { PAGES } from "../../src/console/pages.ts";
import { ROLES, type Role } from "../../src/control/scopes.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { addMember } from "../../src/gate/workspaces.ts";
import { createUser } from "../../src/oauth/users.ts";
import { randomText } from "../../src/tenant/ids.ts";
import { callTool, makeWorld, type World } from "../growing/world.ts";
import { Browser, PASSWORD } from "../oauth/oauth-world.ts";

/** A workspace with everything in it, and a browser signed in for a member of each role. */
export interface Staffed {
  world: World;
  base: string;
  browsers: Record<Role, Browser>;
  memberIds: Record<Role, string>;
  /** Values for what page addresses and forms name, by the name there. */
  ids: Record<string, string>;
}

/** Somebody who can sign in, and does. */
export async function person(name: string) {
  const user = await createUser(env, { email: `${randomText(10)}@example.com`, name, password: PASSWORD });
  const browser = new Browser();
  await browser.signIn(user.email);
  return { user, browser };
}

export async function staffed(label: string): Promise<Staffed> {
  const world = await makeWorld(label);
  const { workspace } = world;
  const entries = await Promise.all(
    ROLES.map(async (role) => {
      const { user, browser } = await person(`${role} ${label}`);
      const { id } = await addMember(env, workspace.id, { ...user, userId: user.id, role });
      return { role, browser, id };
    }),
  );
  const { data: versions } = await callTool(world.client, "list_flow_versions", {
    chatbotId: world.open.shared.chatbotId ?? "",
  });
  const [flowVersion] = versions.items as { id: string }[];
  const [token] = await gateOf(env, workspace.id).listTokens();
  const named = { ...world.ids, ...world.open.shared, ...world.open.ids };
  const short = Object.fromEntries(
    Object.entries(named).map(([name, id]) => [name.replace(/Id$/, ""), id] as const),
  );
  return {
    world,
    base: `/w/${workspace.id}`,
    browsers: byRole(entries.map(({ role, browser }) => [role, browser])),
    memberIds: byRole(entries.map(({ role, id }) => [role, id])),
    ids: { ...named, ...short, token: token?.id ?? "", flowVersion: flowVersion?.id ?? "" },
  };
}

function byRole<T>(entries: (readonly [Role, T])[]): Record<Role, T> {
  const of = (role: Role): T => {
    const found = entries.find(([one]) => one === role);
    if (!found) throw new Error(`no ${role}`);
    return found[1];
  };
  return { owner: of("owner"), admin: of("admin"), agent: of("agent"), analyst: of("analyst") };
}

/** The address of a page, with the ids of one workspace in the path of another. */
export function addressOf(page: Page, base: string, ids: Record<string, string>): string {
  const path = page.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (!id) throw new Error(`The test's world has nothing for :${name} of ${page.path}.`);
    return id;
  });
  return base + path;
}

export const EVERY_PAGE = PAGES.map((page) => [page.path, page] as const);
