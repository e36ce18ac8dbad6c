import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { callTool, makeWorld, type World } from "../growing/world.ts";
import { operate, operateList, refusal } from "./operate.ts";

let world: World;
let path: string;

beforeAll(async () => {
  world = await makeWorld("drafts");
  path = `/workspaces/${world.workspace.id}/drafts`;
});

describe("drafts", () => {
  it("are listed, and sent once in a member's name", async () => {
    const { draftId = "", conversationId = "" } = world.open.ids;
    const pending = await operateList(`${path}?status=pending`);
    expect(pending.map(({ id }) => id)).toContain(draftId);
    const [member] = await gateOf(env, world.workspace.id).listMembers();
    const both = await Promise.allSettled(
      [1, 2].map(() => operate("POST", `${path}/${draftId}/send`, { memberId: member?.id })),
    );
    const sent = both.filter((one) => one.status === "fulfilled");
    expect(sent).toHaveLength(1);
    expect(sent[0]?.value).toMatchObject({ id: draftId, status: "sent", reviewer: member?.id });
    const read = await callTool(world.client, "get_conversation", { conversationId });
    const texts = JSON.stringify(read.data.messages);
    expect(texts.split(`Draft ${world.open.canary}`)).toHaveLength(2);
    expect(texts).toContain(member?.name);
  });

  it("are discarded by the operator, and then no longer sent", async () => {
    const { draftId = "" } = world.other.ids;
    expect(await operate("POST", `${path}/${draftId}/discard`)).toMatchObject({ status: "discarded" });
    expect(await refusal("POST", `${path}/${draftId}/send`)).toMatchObject({ status: 409 });
  });

  it("refuse unknown members and drafts", async () => {
    const { draftId = "" } = world.other.ids;
    expect(await refusal("POST", `${path}/${draftId}/discard`, { memberId: "mb_x" })).toMatchObject({
      code: "not_found",
    });
    expect(await refusal("POST", `${path}/dr_x/send`)).toMatchObject({ code: "not_found" });
  });
});
