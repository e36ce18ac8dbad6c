/** Where a provider is: its own servers, or what stands in for them. Without a slash at the end. */
export function providerOrigin(env: Env, provider: "resend" | "postmark"): string {
  const origin =
    provider === "resend"
      ? env.RESEND_API || "https://api.resend.com"
      : env.POSTMARK_API || "https://api.postmarkapp.com";
  return origin.replace(/\/+$/, "");
}
