import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { objectKey } from "../../src/attachments/store.ts";
import { catalogue } from "../../src/catalogue.ts";
import { findIdentity } from "../../src/contacts/identities.ts";
import { listMessages } from "../../src/conversations/read.ts";
import { latestConversationOf } from "../../src/conversations/visitor-view.ts";
import { JPEG, PNG, read } from "../attachments/setting.ts";
import { failureOf, runTool } from "../run.ts";
import { botWorkspace } from "./telegram-setting.ts";

type Place = Awaited<ReturnType<typeof botWorkspace>>;

async function conversationIdOf({ tenant, inbox, chat }: Place): Promise<string> {
  const identity = await findIdentity(tenant, { inboxId: inbox.id, sourceId: String(chat.id) });
  const conversation = await latestConversationOf(tenant, identity?.identityId ?? "");
  return conversation?.id ?? "";
}

const shown = z.object({
  messages: z.array(
    z.object({
      text: z.string(),
      attachments: z
        .array(
          z.object({
            id: z.string(),
            name: z.string(),
            mediaType: z.string(),
            bytes: z.int(),
            url: z.string(),
          }),
        )
        .optional(),
    }),
  ),
});

async function messagesOf(place: Place) {
  const conversationId = await conversationIdOf(place);
  return shown.parse(await runTool(catalogue.tools, place.team, "get_conversation", { conversationId }))
    .messages;
}

const base64 = (bytes: Uint8Array) => bytes.toBase64();
const file = { file_unique_id: "u" };

describe("files of a Telegram chat", () => {
  it("are kept and shown, whatever kind they are, and the same update again keeps none twice", async () => {
    const place = await botWorkspace();
    const { bot, chat, tenant } = place;
    const ogg = new TextEncoder().encode("OggS voice");
    await bot.control({
      files: {
        small: { path: "photos/s.jpg", base64: base64(JPEG.subarray(0, 4)) },
        large: { path: "photos/l.jpg", base64: base64(JPEG) },
        voice: { path: "voice/1.oga", base64: base64(ogg) },
        page: { path: "documents/x", base64: base64(new TextEncoder().encode("<script>1</script>")) },
        sticker: { path: "stickers/1.webp", base64: base64(new TextEncoder().encode("RIFF1234WEBPVP8 ")) },
        away: { path: "../../etc/passwd", base64: "" },
      },
    });
    const photo = [
      { ...file, file_id: "small", width: 1, height: 1 },
      { ...file, file_id: "large", width: 9, height: 9 },
    ];
    const update = { message: chat.message({ photo, caption: "Broken!" }) };
    expect(await chat.post(update, { updateId: 71_001 })).toBe(200);
    expect(await chat.post(update, { updateId: 71_001 })).toBe(200);
    const says = (fields: object) => chat.post({ message: chat.message(fields) });
    await says({ voice: { ...file, file_id: "voice", duration: 3, mime_type: "audio/ogg" } });
    await says({ document: { ...file, file_id: "page", file_name: "cat.png", mime_type: "image/png" } });
    await says({
      sticker: { ...file, file_id: "sticker", type: "regular", width: 1, height: 1, emoji: "👍" },
    });
    await says({ document: { ...file, file_id: "away", file_name: "a.txt" } });
    await says({
      document: { ...file, file_id: "large", file_size: 21 * 1024 * 1024, file_name: "film.mov" },
    });

    const messages = await messagesOf(place);
    expect(messages.map(({ text }) => text)).toEqual([
      "Broken!",
      "[audio: voice-message.ogg]",
      "[file: cat.png]",
      "👍",
      "[file: a.txt (not kept: it could not be fetched)]",
      "[file: film.mov (not kept: larger than 20 MB)]",
    ]);
    expect(
      messages.map(({ attachments }) => attachments?.map(({ name, mediaType }) => [name, mediaType])),
    ).toEqual([
      [["picture.jpg", "image/jpeg"]],
      [["voice-message.ogg", "audio/ogg"]],
      // What it is, its content says.
      [["cat.png", "application/octet-stream"]],
      [["sticker.webp", "image/webp"]],
      undefined,
      undefined,
    ]);
    const { status, bytes } = await read(messages[0]?.attachments?.[0]?.url ?? "");
    expect([status, bytes]).toEqual([200, JPEG]);
    const { objects } = await env.FILES.list({ prefix: objectKey(tenant.workspaceId, "") });
    expect(objects).toHaveLength(4);
  });

  it("go out as what they are, one with its text as the caption, and what cannot go is refused", async () => {
    const place = await botWorkspace();
    const { bot, chat, team, tenant } = place;
    await chat.say("Show me");
    const conversationId = await conversationIdOf(place);
    const reply = (args: object) =>
      runTool(catalogue.tools, team, "reply_to_conversation", { conversationId, ...args });
    const png = { name: "tent.png", contentType: "image/png", base64: base64(PNG) };
    const pdf = { name: "bill.pdf", contentType: "application/pdf", base64: btoa("%PDF-1.7") };
    await reply({ text: "The tent", attachments: [png] });
    await expect.poll(() => bot.calls("sendPhoto")).toHaveLength(1);
    await reply({ attachments: [png, pdf] });
    await expect.poll(() => bot.calls("sendDocument")).toHaveLength(1);
    const sent = [...(await bot.calls("sendPhoto")), ...(await bot.calls("sendDocument"))];
    expect(sent.map(({ args }) => args)).toEqual([
      {
        chat_id: String(chat.id),
        caption: "The tent",
        photo: { name: "tent.png", type: "image/png", size: PNG.length },
      },
      { chat_id: String(chat.id), photo: { name: "tent.png", type: "image/png", size: PNG.length } },
      { chat_id: String(chat.id), document: { name: "bill.pdf", type: "application/pdf", size: 8 } },
    ]);
    expect(await bot.texts()).toEqual([]);
    await expect
      .poll(async () =>
        (await listMessages(tenant, conversationId, { notes: false, limit: 9 })).items.map((m) => m.status),
      )
      .toEqual(["sent", "sent", "sent"]);
    expect(await failureOf(reply({ attachments: Array.from({ length: 6 }, () => png) }))).toMatchObject({
      code: "invalid_input",
    });
  });
});
