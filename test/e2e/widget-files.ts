import { expect, it } from "vitest";
import { faultsOf, field, open, said, shot, type WidgetWorld } from "./widget-world.ts";

/** What visitors do with files in the widget, on the server of `widget.test.ts`. */
export function takesFiles(worldOf: () => WidgetWorld): void {
  it("takes files that are picked or pasted, shows the picture to both sides, and says what is too large", async () => {
    const world = worldOf();
    const page = await world.visitor("/tents");
    await open(page);
    // A red dot, as any drawing program writes it.
    const dot =
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";
    const picker = page.locator(".composer input[type=file]");
    await picker.setInputFiles([
      { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(dot, "base64") },
      { name: "film.mov", mimeType: "video/quicktime", buffer: Buffer.alloc(11 * 1024 * 1024) },
    ]);
    await page.locator(".uploads .trouble", { hasText: "10 MB" }).waitFor();
    await field(page).fill("What is this?");
    // Nothing is sent while a file of it is not there, and what was typed stays.
    await field(page).press("Enter");
    expect(await field(page).inputValue()).toBe("What is this?");
    await page.getByRole("button", { name: "Remove film.mov" }).click();
    await expect.poll(() => page.locator(".uploads progress").count()).toBe(0);
    await shot(page, "files-picked");
    await field(page).press("Enter");
    const picture = page.locator('.own:not(.pending) .files img[alt="dot.png"]');
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((one) => Number(Reflect.get(one, "naturalWidth")))).toBe(5);
    expect(await said(page)).toContain("What is this?");
    await page.locator(".composer textarea").evaluate((area, base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      // Types of a browser, which Node has none of.
      const clipboardData = new (Reflect.get(globalThis, "DataTransfer"))();
      clipboardData.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
      area.dispatchEvent(
        new (Reflect.get(globalThis, "ClipboardEvent"))("paste", {
          clipboardData,
          bubbles: true,
          cancelable: true,
        }),
      );
    }, dot);
    await page.locator(".uploads", { hasText: "pasted.png" }).waitFor();
    await expect.poll(() => page.locator(".uploads progress").count()).toBe(0);
    await field(page).press("Enter");
    await page.locator('.own:not(.pending) .files img[alt="pasted.png"]').waitFor();
    const conversationId = await world.conversationWith("What is this?");
    const { messages } = await world.tool("get_conversation", { conversationId });
    expect(
      messages.flatMap(({ attachments = [] }) => attachments.map(({ name }: { name: string }) => name)),
    ).toEqual(["dot.png", "pasted.png"]);
    await world.tool("reply_to_conversation", {
      conversationId,
      attachments: [{ name: "guide.pdf", contentType: "application/pdf", base64: btoa("%PDF-1.7") }],
    });
    await page.locator(".other .files a", { hasText: "guide.pdf" }).waitFor();
    await shot(page, "files-sent");
    expect(await faultsOf(page)).toEqual([]);
  });
}
