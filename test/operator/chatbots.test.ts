import { describe, expect, it } from "vitest";
import { bot } from "../chatbots/typebots.ts";
import { operate, refusal } from "./operate.ts";

async function workspace(): Promise<string> {
  const { id } = await operate("POST", "/workspaces", { name: "Acme", plan: "enterprise" });
  return `/workspaces/${id}`;
}

describe("chatbots as files", () => {
  it("are imported with what is lost by consequence, and exported as they can be imported again", async () => {
    const path = await workspace();
    const imported = await operate("POST", `${path}/imports/chatbot`, {
      configuration: { publishedTypebot: null, typebot: bot },
      name: "Ours",
    });
    expect(imported).toMatchObject({
      chatbot: { name: "Ours" },
      notCarriedOver: expect.arrayContaining([
        { consequence: "not_done", reason: "scripts are not run", nodeIds: ["question_3"] },
      ]),
    });
    const { id } = imported.chatbot as { id: string };
    const exported = await operate("GET", `${path}/chatbots/${id}/export`);
    expect(exported).toMatchObject({ configuration: { format: "parley.chatbot" }, leftOut: [] });
    // In another workspace, and as export_chatbot answers it.
    const elsewhere = await workspace();
    const again = await operate("POST", `${elsewhere}/imports/chatbot`, { configuration: exported });
    expect(again).toMatchObject({ chatbot: { name: "Ours" }, notCarriedOver: [] });
  });

  it("of another workspace, of other builders, and what is no object are refused with what to do", async () => {
    const path = await workspace();
    const { chatbot } = await operate("POST", `${path}/imports/chatbot`, { configuration: bot });
    const { id } = chatbot as { id: string };
    expect(await refusal("GET", `${await workspace()}/chatbots/${id}/export`)).toMatchObject({ status: 404 });
    const others = [
      { nodes: [], edges: [] },
      { version: 1, bot: { flows: [] } },
      { name: "n8n", nodes: [], connections: {} },
      { typebot: { title: "no bot" } },
      {},
    ];
    for (const configuration of others) {
      expect(await refusal("POST", `${path}/imports/chatbot`, { configuration })).toMatchObject({
        status: 400,
        message: "This is neither an exported chatbot nor a Typebot export.",
        hint: expect.stringContaining(
          "Other builders' files cannot be read: make the chatbot with create_chatbot",
        ),
      });
    }
    expect(await refusal("POST", `${path}/imports/chatbot`, { configuration: [] })).toMatchObject({
      status: 400,
    });
  });
});
