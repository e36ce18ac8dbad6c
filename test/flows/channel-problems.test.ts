import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offered } from "../../src/channels/offered.ts";
import { choiceLines } from "../../src/conversations/content-lines.ts";
import { checkFlow } from "../../src/flows/edit/publish.ts";
import { getFlow } from "../../src/flows/edit/store.ts";
import { channelProblems } from "../../src/flows/graph/channel-problems.ts";
import { nodeSchemas } from "../../src/flows/graph/nodes.ts";
import { CHANNEL_ABILITIES } from "../../src/inboxes/channels.ts";
import { CHANNELS, createInbox, setConnection, updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { liveMain } from "../live/setting.ts";
import { property } from "../property.ts";

const at = { x: 0, y: 0 };

describe("what a channel cannot show of a flow", () => {
  it("is a warning exactly where choices go out as numbered lines, on every channel that offers buttons", async () => {
    const labels = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 100 }).filter((one) => one.trim() !== ""),
      {
        minLength: 1,
        maxLength: 20,
        selector: (label) => label.trim(),
      },
    );
    await property([labels, fc.constantFrom(...CHANNELS)], (said, channel) => {
      const can = CHANNEL_ABILITIES[channel];
      if (can.offers.length === 0) return;
      const options = said.map((label, i) => ({ id: `o${i}`, label }));
      const node = { id: "n", type: "choice", position: at, data: { options } };
      const parsed = nodeSchemas.choice.safeParse(node);
      if (!parsed.success) return;
      const choices = (parsed.data.data.options ?? []).map(({ id, label }) => ({ id, label }));
      const { form } = offered({ text: choiceLines(choices), content: { choices } }, can);
      const problems = channelProblems([parsed.data], [{ channel, ...can }]);
      expect(problems.length > 0).toBe(form === null);
      for (const { message } of problems) expect(message).toContain(channel);
    });
  });

  it("is warned of for the inboxes that the chatbot answers in and customers can write to", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await make(call);
    const long = "An option that is far too long";
    const options = [
      { id: "a", label: long },
      { id: "b", label: "No" },
    ];
    await liveMain(
      call,
      chatbotId,
      [["pick", "choice", { text: "x".repeat(1500), options }]],
      ["start > pick"],
    );
    const flow = await getFlow(tenant, { chatbotId });
    const warned = async () =>
      (await checkFlow(tenant, flow.draft, flow.id)).problems
        .filter(({ code }) => code === "channel_limit")
        .map(({ path, message }) => [path, message]);
    await createInbox(tenant, { channel: "web", name: "Site", chatbotId });
    const whatsapp = await createInbox(tenant, { channel: "whatsapp", name: "Shop", chatbotId });
    const instagram = await createInbox(tenant, { channel: "instagram", name: "Shop" });
    for (const { id } of [whatsapp, instagram]) {
      expect(await warned()).toEqual([]);
      await setConnection(tenant, id, { credentials: "sealed", connection: {} });
      if (id === whatsapp.id) {
        expect(await warned()).toEqual([
          [
            "nodes.pick.data.options.0.label",
            expect.stringMatching(new RegExp(`"${long}".*whatsapp shows 24`)),
          ],
        ]);
        await updateInbox(tenant, id, { state: "disabled" });
      }
    }
    await updateInbox(tenant, instagram.id, { chatbotId });
    expect(await warned()).toEqual([
      ["nodes.pick.data.text", expect.stringContaining("instagram takes 1000")],
      ["nodes.pick.data.options.0.label", expect.stringContaining("instagram shows 20")],
    ]);
  });
});
