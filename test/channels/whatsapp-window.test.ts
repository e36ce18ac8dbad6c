import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { createContact } from "../../src/contacts/store.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { conversations } from "../../src/conversations/schema.ts";
import { failure, run, shapes } from "../conversations/setting.ts";
import { written } from "../live/setting.ts";
import { runTool } from "../run.ts";
import { conversationOf, numberWorkspace, reply, stateOf } from "./whatsapp-setting.ts";

type Place = Awaited<ReturnType<typeof numberWorkspace>>;

/** An hour of a day ago: the window has closed since. */
async function closeWindow({ tenant }: Pick<Place, "tenant">): Promise<void> {
  await tenant.db
    .update(conversations)
    .set({ lastInboundAt: Date.now() - 25 * 3_600_000 })
    .where(tenant.of(conversations));
}

const TEMPLATES = [
  {
    ...{ name: "order_ready", language: "en_US", status: "APPROVED", category: "UTILITY" },
    components: [
      { type: "HEADER", format: "TEXT", text: "Order {{1}}" },
      { type: "BODY", text: "Hello {{1}}, order {{2}} is ready." },
      { type: "FOOTER", text: "Lucky Shrub" },
      {
        type: "BUTTONS",
        buttons: [{ type: "URL", text: "Track", url: "https://shop.example/t/{{1}}" }],
      },
    ],
  },
  {
    ...{
      name: "hello",
      language: "de",
      status: "APPROVED",
      category: "MARKETING",
      parameter_format: "NAMED",
    },
    components: [{ type: "BODY", text: "Hallo {{first_name}}!" }],
  },
  {
    ...{ name: "sale", language: "de", status: "REJECTED", category: "MARKETING" },
    components: [{ type: "BODY", text: "Sale!" }],
  },
];

describe("the 24 hours in which WhatsApp takes anything", () => {
  it("are checked before something is sent: the error names the templates that may be", async () => {
    const place = await numberWorkspace();
    const { account, user, team, inbox } = place;
    await account.control({ templates: TEMPLATES });
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    await closeWindow(place);
    for (const [tool, args] of [
      ["reply_to_conversation", { conversationId, text: "Hello?" }],
      ["send_message", { contactId: `phone:+${user.number}`, channel: "whatsapp", text: "Hello?" }],
    ] as const) {
      const found = await failure(team, tool, args).catch(() => null);
      if (found?.code === "not_found") continue;
      expect(found).toMatchObject({
        code: "window_closed",
        message: expect.stringContaining("24 hours"),
        detail: { candidates: ["order_ready (en_US)", "hello (de)"] },
      });
    }
    expect(
      await runTool(catalogue.tools, team, "list_message_templates", { channelId: inbox.id }),
    ).toMatchObject({
      templates: [
        {
          ...{ name: "order_ready", category: "utility" },
          text:
            "Order {{header}}\n\nHello {{1}}, order {{2}} is ready.\n\nLucky Shrub\n\n" +
            "Track: https://shop.example/t/{{button1}}",
          variables: ["header", "1", "2", "button1"],
        },
        { name: "hello", variables: ["first_name"] },
      ],
    });
    expect((await written(team)).messages).toBe(1);
  });

  it("do not hold for a template, which is sent as WhatsApp has it and kept as what it says", async () => {
    const place = await numberWorkspace();
    const { account, user, team, tenant } = place;
    await account.control({ templates: TEMPLATES });
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    await closeWindow(place);
    const variables = { header: "17", "1": "Ada", "2": "17", button1: "abc" };
    const template = { name: "order_ready", language: "en_US", variables };
    const send = (args: object) => failure(team, "reply_to_conversation", { conversationId, ...args });
    expect(await send({ template: { ...template, name: "sale", language: "de" } })).toMatchObject({
      code: "invalid_input",
      detail: { candidates: ["order_ready (en_US)", "hello (de)"] },
    });
    expect(await send({ template: { ...template, language: "fr" } })).toMatchObject({
      detail: { candidates: ["en_US"] },
    });
    expect(await send({ template: { ...template, variables: { ...variables, "2": " " } } })).toMatchObject({
      message: expect.stringContaining("lacks 2"),
    });
    expect(await send({ template: { ...template, variables: { ...variables, x: "y" } } })).toMatchObject({
      message: expect.stringContaining("has no x"),
    });
    const { message } = await run(team, "reply_to_conversation", { conversationId, template }, shapes.sent);
    await expect.poll(stateOf(place, message.id)).toBe("sent");
    expect(await getMessage(tenant, message.id)).toMatchObject({
      body: "Order 17\n\nHello Ada, order 17 is ready.\n\nLucky Shrub\n\nTrack: https://shop.example/t/abc",
    });
    const text = (value: string) => ({ type: "text", text: value });
    expect((await account.sent()).at(-1)).toMatchObject({
      type: "template",
      template: {
        ...{ name: "order_ready", language: { code: "en_US" } },
        components: [
          { type: "header", parameters: [text("17")] },
          { type: "body", parameters: [text("Ada"), text("17")] },
          { type: "button", sub_type: "url", index: "0", parameters: [text("abc")] },
        ],
      },
    });
  });

  it("let a template be the first message to a contact's confirmed number", async () => {
    const place = await numberWorkspace();
    const { account, team, inbox } = place;
    await account.control({ templates: TEMPLATES, knownAs: { "5491155551234": "541155551234" } });
    const { id } = await createContact(team.tenant, { name: "Bea", phone: "+54 9 11 5555-1234" });
    const start = { contactId: id, inboxId: inbox.id };
    expect(await failure(team, "start_conversation", { ...start, text: "Hello" })).toMatchObject({
      code: "window_closed",
      message: expect.stringContaining("never written here"),
    });
    const template = { name: "hello", language: "de", variables: { first_name: "Bea" } };
    const { message } = await run(team, "start_conversation", { ...start, template }, shapes.sent);
    await expect.poll(stateOf(place, message.id)).toBe("sent");
    expect((await account.sent())[0]).toMatchObject({
      to: "5491155551234",
      template: {
        components: [
          { type: "body", parameters: [{ type: "text", text: "Bea", parameter_name: "first_name" }] },
        ],
      },
    });
    // She answers under the id that WhatsApp has of her.
    const answer = {
      from: "541155551234",
      id: "wamid.b",
      timestamp: "1",
      type: "text",
      text: { body: "Hi" },
    };
    const { user } = place;
    await user.post({ contacts: [{ profile: { name: "Bea" }, wa_id: "541155551234" }], messages: [answer] });
    await expect.poll(stateOf(place, await reply(place, "Glad to hear"))).toBe("sent");
    expect((await written(team)).messages).toBe(3);
    const nobody = await createContact(team.tenant, { name: "Cy" });
    expect(
      await failure(team, "start_conversation", { contactId: nobody.id, inboxId: inbox.id, template }),
    ).toMatchObject({ code: "unsupported", message: expect.stringContaining("no phone number") });
  });
});
