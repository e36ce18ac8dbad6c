import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAutomatic } from "../../src/channels/email/automatic.ts";
import { textOfHtml } from "../../src/channels/email/html-text.ts";
import { readMail } from "../../src/channels/email/received.ts";
import { isProven } from "../../src/channels/email/sender-proof.ts";
import {
  conversationOfToken,
  replyAddress,
  splitAddress,
  threadToken,
} from "../../src/channels/email/thread-address.ts";
import { newId } from "../../src/tenant/ids.ts";
import { property } from "../property.ts";
import { good, stamp, wire } from "./email-setting.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const ADA = "ada@customer.example";
const TO = "support@shop.example";
const read = (raw: string) => readMail(bytes(raw));

describe("whose a mail is", () => {
  const proven = async (raw: string, envelope = ADA) => {
    const { headers, from } = await read(raw);
    return from !== null && isProven(headers, from.address, envelope);
  };
  const found = (results: string | null, more: object = {}) => wire({ from: ADA, to: TO, results, ...more });

  it("is proven by DMARC, or where there is none by DKIM or SPF of the very domain", async () => {
    const spf = "spf=pass (mx.cloudflare.net: domain of x designates y) smtp.mailfrom=ada@customer.example";
    expect(await proven(found(good(ADA)))).toBe(true);
    expect(await proven(found("dkim=pass header.d=customer.example; dmarc=none"))).toBe(true);
    expect(await proven(found("dkim=pass header.d=CUSTOMER.example"))).toBe(true);
    expect(await proven(found(`dkim=none; dmarc=none; ${spf}`))).toBe(true);
    expect(await proven(found(`dkim=fail header.d=customer.example; ${spf}`))).toBe(true);
    // A domain above it may speak for it; not one below, nor one that only ends alike.
    const below = { from: "ada@mail.customer.example" };
    expect(await proven(found("dkim=pass header.d=customer.example", below))).toBe(true);
    expect(await proven(found("dkim=pass header.d=mail.customer.example"))).toBe(false);
    expect(await proven(found("dkim=pass header.d=omer.example"))).toBe(false);
  });

  it("is not, whatever else is said", async () => {
    const other = "evil.example";
    const lies = [
      null,
      "",
      "dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=e@evil.example",
      "dkim=pass header.d=customer.example; dmarc=fail header.from=customer.example",
      "dkim=pass header.d=customer.example; dmarc=quarantine header.from=customer.example",
      "dmarc=fail header.from=customer.example; dmarc=pass header.from=customer.example",
      `dkim=none; dmarc=none; spf=pass smtp.mailfrom=ada@${other}`,
      "dkim=fail header.d=customer.example; spf=softfail smtp.mailfrom=ada@customer.example",
      // What a sender says of itself stands in comments: it may close them.
      "dmarc=none; spf=none (postmaster@x) ; dkim=pass header.d=customer.example; (y)",
      "dmarc=none; spf=fail (x) smtp.mailfrom=ada@customer.example; spf=pass (y) smtp.mailfrom=ada@customer.example",
      "dmarc=none; spf=none (x; dmarc=pass header.from=customer.example)",
    ];
    for (const lie of lies) expect(await proven(found(lie)), String(lie)).toBe(false);
    // Only the address of the envelope is what SPF looked at.
    expect(await proven(found("spf=pass smtp.mailfrom=ada@customer.example"), `e@${other}`)).toBe(false);
  });

  it("is told by the receiving server's own lines alone, which stand on top", async () => {
    const own = `Authentication-Results: mx.cloudflare.net; ${good(ADA)}`;
    const plain = wire({ from: ADA, to: TO, results: null });
    expect(
      await proven(`${stamp("dkim=none; dmarc=fail header.from=customer.example")}\r\n${own}\r\n${plain}`),
    ).toBe(false);
    expect(await proven(`Received: from a by b\r\nReceived: from c by d\r\n${own}\r\n${plain}`)).toBe(false);
    expect(await proven(`Subject: x\r\n${own}\r\n${plain}`)).toBe(false);
    const foreign = own.replace("mx.cloudflare.net", "mx.evil.example");
    expect(await proven(`${foreign}\r\n${plain}`)).toBe(false);
    expect(await proven(`${foreign}\r\n${own}\r\n${plain}`)).toBe(false);
    // Two senders, a list of them, or none: readers differ on who it is.
    for (const shown of [
      "a@customer.example, e@evil.example",
      `${ADA}\r\nFrom: e@evil.example`,
      "Ada",
      "<>",
    ]) {
      expect((await read(wire({ from: ADA, shown, to: TO }))).from, shown).toBeNull();
    }
    expect((await read(wire({ from: ADA, shown: `"boss@bank.example" <${ADA}>`, to: TO }))).from).toEqual({
      address: ADA,
      name: "",
    });
    expect((await read(wire({ from: ADA, shown: `=?utf-8?Q?Ad=C3=A4?= <${ADA}>`, to: TO }))).from).toEqual({
      address: ADA,
      name: "Adä",
    });
  });
});

describe("the address of a thread", () => {
  it("names its conversation to its inbox alone, and to who did not change it", async () => {
    await property(
      [fc.nat(37), fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz")],
      async (at, letter) => {
        const env = { PARLEY_SECRET: "a secret of some length, for tests" };
        const place = { env, inboxId: newId("inbox") };
        const id = newId("conversation");
        const token = await threadToken(place, id);
        const address = replyAddress("support@shop.example", token);
        expect(address.indexOf("@")).toBeLessThanOrEqual(64);
        expect(splitAddress(address)).toEqual({ base: "support@shop.example", tag: token });
        expect(await conversationOfToken(place, token.toUpperCase())).toBe(id);
        expect(await conversationOfToken({ ...place, inboxId: newId("inbox") }, token)).toBeNull();
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        expect(await conversationOfToken(place, changed)).toBe(changed === token ? id : null);
      },
    );
  });
});

describe("what a mail says", () => {
  it("is read whatever is wrong with it, within bounded time", async () => {
    const base = { from: ADA, to: TO };
    const nested = (depth: number) => {
      let body = ["Content-Type: text/plain", "", "Deep"];
      for (let i = 0; i < depth; i++) {
        body = [`Content-Type: multipart/mixed; boundary="b${i}"`, "", `--b${i}`, ...body, `--b${i}--`];
      }
      return body;
    };
    const rfc822 = (depth: number) => {
      let inner = wire({ ...base, results: null });
      for (let i = 0; i < depth; i++) {
        inner = wire({ ...base, results: null, body: ["Content-Type: message/rfc822", "", inner] });
      }
      return inner;
    };
    // Beside a plain part the library makes text of HTML itself.
    const mixed = (html: string) =>
      wire({
        ...base,
        body: [
          'Content-Type: multipart/mixed; boundary="b"',
          ...["", "--b", "Content-Type: text/plain", "", "Plain"],
          ...["--b", "Content-Type: text/html", "", html, "--b--", ""],
        ],
      });
    const hostile: Record<string, string> = {
      nothing: "",
      noise: "\u0000\uffff".repeat(5_000),
      "deep parts": wire({ ...base, body: nested(3_000) }),
      "mails in mails": rfc822(200),
      "a huge header": wire({ ...base, headers: [`X-Long: ${"a".repeat(2_000_000)}`] }),
      "many headers": wire({ ...base, headers: Array.from({ length: 50_000 }, (_, i) => `X-${i}: y`) }),
      "many references": wire({ ...base, references: "<a@b> ".repeat(50_000) }),
      "endless words": wire({ ...base, subject: "=?utf-8?B?w6Q=?= ".repeat(20_000) }),
      "an unknown charset": wire({
        ...base,
        body: ["Content-Type: text/plain; charset=klingon-8", "", "Hi \u00e4"],
      }),
      "a bad boundary": wire({
        ...base,
        body: ['Content-Type: multipart/mixed; boundary=""', "", "--", "x"],
      }),
      "bad base64": wire({ ...base, body: ["Content-Transfer-Encoding: base64", "", "%%%=".repeat(1_000)] }),
      "open tags": wire({
        ...base,
        body: ["Content-Type: text/html", "", "<div><a href=x>".repeat(100_000)],
      }),
      "open brackets": wire({ ...base, body: ["Content-Type: text/html", "", "<".repeat(1_000_000)] }),
      "open scripts": mixed("<script>".repeat(40_000)),
      "open comments": mixed("<!--".repeat(80_000)),
      "open links": mixed("<a href ".repeat(40_000)),
      "open ends": mixed("</p ".repeat(80_000)),
      entities: wire({ ...base, body: ["Content-Type: text/html", "", "&#x;&amp&".repeat(200_000)] }),
      "a long line": wire({ ...base, text: `On ${"a ".repeat(500_000)}wrote:` }),
      "many lines": wire({ ...base, text: "On 1 a\n".repeat(50_000) }),
      "many quotes": wire({ ...base, text: `${"> a\nb\n".repeat(25_000)}` }),
    };
    for (const [name, raw] of Object.entries(hostile)) {
      const began = Date.now();
      const mail = await read(raw).catch((error: unknown) => {
        // Said in a sentence, and nothing else.
        expect(String(error), name).toContain("not a mail that can be read");
        return null;
      });
      expect(Date.now() - began, name).toBeLessThan(5_000);
      if (mail) {
        expect(mail.references.length, name).toBeLessThanOrEqual(20);
        expect(mail.subject.length, name).toBeLessThanOrEqual(500);
        expect(mail.text, name).not.toContain("\u0000");
      }
    }
  });

  it("is never markup, nor another header", async () => {
    await property([fc.string({ maxLength: 200 })], async (said) => {
      const html = `<p>a</p><script>alert(1)</script><style>p{}</style><p onclick="x">${said}</p>`;
      const mail = await read(
        wire({ from: ADA, to: TO, body: ["Content-Type: text/html; charset=utf-8", "", html] }),
      );
      expect(mail.text).not.toMatch(/alert\(1\)|onclick|p\{\}/);
    });
    const { subject } = await read(
      wire({ from: ADA, to: TO, subject: "=?utf-8?Q?a=0D=0ABcc:_b@c.example?=" }),
    );
    expect(subject).toBe("a Bcc: b@c.example");
  });

  it("is the words of HTML, with its lines and links, and without what is quoted", async () => {
    const html = `<html><head><title>T</title><style>.a{}</style></head><body>
      <div>Hello&nbsp;&amp; welcome,<br>see <a href="https://x.example/?a=1&amp;b=2">this</a>.</div>
      <ul><li>One</li><li>Two &#8364;</li></ul><img src="cid:1" alt="A cat">
      <div class="gmail_quote"><div class="gmail_attr">On Monday, Bo wrote:</div><blockquote>Old</blockquote></div>
      </body></html>`;
    const own = "Hello & welcome,\nsee this (https://x.example/?a=1&b=2).\n- One\n- Two €\nA cat";
    expect(await textOfHtml(html)).toBe(own);
    expect(await textOfHtml(html, { quotes: true })).toContain("On Monday, Bo wrote:\nOld");
    const mail = await read(
      wire({ from: ADA, to: TO, body: ["Content-Type: text/html; charset=utf-8", "", html] }),
    );
    expect(mail).toMatchObject({ text: own, original: expect.stringContaining("Old") });
  });

  it("is plain where it has both forms, and HTML where the plain one says nothing", async () => {
    const both = (plain: string) =>
      wire({
        ...{ from: ADA, to: TO },
        body: [
          'Content-Type: multipart/alternative; boundary="b"',
          ...["", "--b", "Content-Type: text/plain; charset=utf-8", "", plain],
          ...["--b", "Content-Type: text/html; charset=utf-8", "", "<p>From HTML</p>", "--b--", ""],
        ],
      });
    expect((await read(both("Plain"))).text).toBe("Plain");
    expect((await read(both(""))).text).toBe("From HTML");
    expect((await read(both("Your mail program shows no HTML."))).text).toBe("From HTML");
  });

  it("is automatic only where a program says so", () => {
    expect(isAutomatic([{ key: "subject", value: "Automatic reply" }], ADA)).toBe(false);
    expect(isAutomatic([{ key: "x-mailer", value: "Apple Mail" }], ADA)).toBe(false);
    expect(
      isAutomatic([{ key: "content-type", value: "multipart/report; report-type=delivery-status" }], ADA),
    ).toBe(true);
  });
});
