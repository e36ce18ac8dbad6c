import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPublicUrl } from "../../src/http/public-url.ts";
import { property } from "../property.ts";

const verdict = (url: string, own?: string[]) => {
  const check = checkPublicUrl(url, own);
  return check.ok ? "ok" : check.refusal;
};

describe("URLs that may be called", () => {
  it.each([
    "https://example.com",
    "https://example.com:443/",
    "https://hooks.example.com:8443/path?query=1#part",
    "HTTPS://Example.COM./x",
    "https://bücher.example/",
    "https://ec2-54-93-12-7.eu-central-1.compute.amazonaws.com/",
    "https://8.8.8.8.example.com/",
    "https://v2.10.0.example.com/",
    "https://n8n.93-184-216-34.sslip.io/hook",
    "https://notlocaltest.me/",
    "https://localhost.example.com/",
  ])("%s", (url) => {
    expect(verdict(url)).toBe("ok");
  });
});

describe("URLs that are refused", () => {
  it.each([
    ["", "malformed"],
    ["example.com/x", "malformed"],
    ["https://", "malformed"],
    ["https://exa mple.com", "malformed"],
    ["http://example.com", "not_https"],
    ["ftp://example.com", "not_https"],
    ["file:///etc/passwd", "not_https"],
    ["javascript:alert(1)", "not_https"],
    ["https://user@example.com", "credentials"],
    ["https://user:pass@example.com", "credentials"],
    ["https://@example.com", "credentials"],
    ["https://example.com@10.0.0.1/", "credentials"],
    ["https://127.0.0.1/", "ip_literal"],
    ["https://8.8.8.8/", "ip_literal"],
    ["https://2130706433/", "ip_literal"],
    ["https://0x7f.1/", "ip_literal"],
    ["https://0x7f000001/", "ip_literal"],
    ["https://0177.0.0.1/", "ip_literal"],
    ["https://127.1/", "ip_literal"],
    ["https://127.0.0.1./", "ip_literal"],
    ["https://１２７.０.０.１/", "ip_literal"],
    ["https://①②⑦.0.0.1/", "ip_literal"],
    ["https://%31%32%37.0.0.1/", "ip_literal"],
    ["https://[::1]/", "ip_literal"],
    ["https://[::ffff:169.254.169.254]/", "ip_literal"],
    ["https://[2606:4700::1111]/", "ip_literal"],
    ["https://localhost/", "private_host"],
    ["https://LOCALHOST./", "private_host"],
    ["https://intranet/", "private_host"],
    ["https://app.localhost/", "private_host"],
    ["https://printer.local/", "private_host"],
    ["https://metadata.google.internal/", "private_host"],
    ["https://metadata/", "private_host"],
    ["https://metadata.goog/", "private_host"],
    ["https://x.metadata.goog/", "private_host"],
    ["https://nas.home.arpa/", "private_host"],
    ["https://a..b.example/", "private_host"],
    ["https://api.default.svc/", "private_host"],
    ["https://api.default.svc.cluster.local/", "private_host"],
    ["https://db.docker/", "private_host"],
    ["https://web.service.consul/", "private_host"],
    ["https://hooks.shop.test/", "private_host"],
    ["https://example.com:22/", "port"],
    ["https://example.com:25/", "port"],
    ["https://example.com:0/", "port"],
    ["https://example.com:1023/", "port"],
    [`https://example.com/${"x".repeat(2048)}`, "too_long"],
  ])("%s: %s", (url, refusal) => {
    expect(verdict(url)).toBe(refusal);
  });

  it("are also those of this deployment", () => {
    expect(verdict("https://Parley.example.com/mcp", ["parley.example.com"])).toBe("own_host");
    expect(verdict("https://parley.example.com:8443/", ["parley.example.com"])).toBe("own_host");
    expect(verdict("https://other.example.com/", ["parley.example.com"])).toBe("ok");
  });
});

describe("names that say which address they lead to", () => {
  it.each([
    "https://10.0.0.1.example.com/",
    "https://localtest.me/",
    "https://a.b.lvh.me:8443/",
    "https://VCAP.ME./",
    "https://nip.io/",
    "https://7f000001.nip.io/",
    "https://app-c0a801fc.nip.io/",
    "https://8-8-8-8.7f000001.nip.io/",
    "https://--1.sslip.io/",
    "https://fe80--1.sslip.io/",
    "https://customer1-app-127-0-0-1.nip.io/",
    "https://www.192-168-0-1.sslip.io/",
    "https://10-1-2-3.0123456789abcdef.plex.direct:32400/",
    "https://7f000001.c0a80001.rbndr.us/",
    "https://make-1.2.3.4-rebind-127.0.0.1-rr.1u.ms/",
    "https://127-0-0-1.anything-new.example/",
  ])("%s", (url) => {
    expect(verdict(url)).toBe("private_host");
  });

  const octet = fc.nat(255);
  const inside = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 255), octet, octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  );
  const public_ = fc.tuple(fc.constantFrom(8, 54, 93, 140, 185), octet, octet, octet);
  const before = fc.constantFrom("", "app.", "app-", "a1.b2-", "www.");
  const between = fc.constantFrom(".", "-");
  const service = fc.constantFrom(
    "nip.io",
    "sslip.io",
    "traefik.me",
    "example.com",
    "made-up.dev",
    "xn--bcher-kva.example",
  );

  it("are refused where that is inside a network, whoever answers for them", async () => {
    await property([inside, before, between, service], (address, prefix, sign, name) => {
      expect(verdict(`https://${prefix}${address.join(sign)}.${name}/x`)).toBe("private_host");
    });
  });

  it("are taken where that is a public one", async () => {
    await property([public_, before, between, service], (address, prefix, sign, name) => {
      // A number in front of the address may make another address of it: "a1.b2-10.…" does not.
      expect(verdict(`https://${prefix}${address.join(sign)}.${name}/x`)).toBe("ok");
    });
  });
});
