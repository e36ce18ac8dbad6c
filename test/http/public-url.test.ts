import { describe, expect, it } from "vitest";
import { checkPublicUrl } from "../../src/http/public-url.ts";

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
    "https://10.0.0.1.example.com/",
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
