import { describe, expect, it } from "vitest";
import { checkTarget } from "../../src/http/targets.ts";

const LOCAL = "http://localhost:8787";
const verdict = (url: string, PUBLIC_URL = LOCAL, LOCAL_TARGETS?: string) => {
  const check = checkTarget({ PUBLIC_URL, LOCAL_TARGETS }, url);
  return check.ok ? "ok" : check.refusal;
};

describe("targets", () => {
  it("are public, and never this deployment itself", () => {
    expect(verdict("https://hooks.example.com/x")).toBe("ok");
    expect(verdict("http://hooks.example.com/x")).toBe("not_https");
    expect(verdict("https://169.254.169.254/")).toBe("ip_literal");
    expect(verdict("https://parley.example.com/mcp", "https://parley.example.com")).toBe("own_host");
    expect(verdict("https://parley.example.com:444/", "https://Parley.example.com")).toBe("own_host");
  });

  it.each([undefined, "", " ", ",", "http://127.0.0.1:9998", "127.0.0.1:9999", "http://127.0.0.1:9999/"])(
    "are not local with LOCAL_TARGETS %j",
    (targets) => {
      expect(verdict("http://127.0.0.1:9999/hook", LOCAL, targets)).toBe("not_https");
    },
  );

  it("may be local origins that a local server names, and nothing near them", () => {
    const targets = "http://127.0.0.1:9999, https://localhost:9443";
    expect(verdict("http://127.0.0.1:9999/hook?x=1", LOCAL, targets)).toBe("ok");
    expect(verdict("https://localhost:9443/", "http://127.0.0.1:8787", targets)).toBe("ok");
    for (const other of [
      "http://127.0.0.1:9999@10.0.0.1/",
      "http://user@127.0.0.1:9999/",
      "http://127.0.0.1:99990/",
      "http://127.0.0.1/",
      "https://127.0.0.1:9999/",
      "http://10.0.0.1:9999/",
      `http://127.0.0.1:9999/${"x".repeat(2048)}`,
    ]) {
      expect(verdict(other, LOCAL, targets), other).not.toBe("ok");
    }
  });

  it("are never local when deployed", () => {
    for (const url of ["https://parley.example.com", "https://localhost.example.com", "not a url"]) {
      expect(verdict("http://127.0.0.1:9999/hook", url, "http://127.0.0.1:9999")).toBe("not_https");
    }
  });
});
