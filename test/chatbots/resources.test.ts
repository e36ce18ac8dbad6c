import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { chatbotResources } from "../../src/chatbots/resources.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { failureOf } from "../run.ts";
import { make, run } from "./setting.ts";

function resource(uri: string) {
  const found = chatbotResources.find((one) => one.uri === uri);
  if (!found) throw new Error(`No resource ${uri}.`);
  return found;
}

async function complete(call: Call, typed: string): Promise<string[]> {
  const { complete } = resource("parley://chatbot/{chatbotId}");
  return ((await complete?.(call, "chatbotId", typed)) ?? []).map(({ value }) => value);
}

describe("chatbot resources", () => {
  it("are what the tools answer", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const list = await run(call, "list_chatbots");
    expect(await resource("parley://chatbots").read(call, {})).toEqual({
      items: list.items,
      hasMore: false,
    });
    expect(await resource("parley://chatbot/{chatbotId}").read(call, { chatbotId })).toEqual(
      await run(call, "get_chatbot", { chatbotId }),
    );
    expect(await resource("parley://chatbot/{chatbotId}/widget").read(call, { chatbotId })).toEqual(
      await run(call, "get_widget_config", { chatbotId }),
    );
  });

  it("of another workspace are not there", async () => {
    const chatbotId = await make(testCall());
    const stranger = testCall();
    expect(await resource("parley://chatbots").read(stranger, {})).toEqual({ items: [], hasMore: false });
    for (const uri of ["parley://chatbot/{chatbotId}", "parley://chatbot/{chatbotId}/widget"]) {
      for (const id of [chatbotId, newId("chatbot"), ""]) {
        const failure = await failureOf(resource(uri).read(stranger, { chatbotId: id }));
        expect(failure.code).toBe("not_found");
      }
    }
    expect(await complete(stranger, "")).toEqual([]);
    expect(await complete(stranger, chatbotId)).toEqual([]);
  });

  it("complete by id, and by name in any case and place", async () => {
    const call = testCall();
    const acme = await make(call, { name: "Acme Support" });
    const sales = await make(call, { name: "Sales" });
    const greek = await make(call, { name: "ΥΠΟΣΤΉΡΙΞΗ" });
    expect((await complete(call, "")).toSorted()).toEqual([acme, sales, greek].toSorted());
    expect(await complete(call, acme)).toEqual([acme]);
    expect((await complete(call, "cb_")).toSorted()).toEqual([acme, sales, greek].toSorted());
    expect(await complete(call, "acm")).toEqual([acme]);
    expect(await complete(call, "SUPP")).toEqual([acme]);
    expect(await complete(call, "υποστή")).toEqual([greek]);
    // Those that begin so come first.
    expect(await complete(call, "s")).toEqual([sales, acme]);
    expect(await complete(call, "%' OR 1=1 --")).toEqual([]);
    await run(call, "update_chatbot", { chatbotId: sales, name: "Orders" });
    expect(await complete(call, "sales")).toEqual([]);
    expect(await complete(call, "orders")).toEqual([sales]);
  });
});
