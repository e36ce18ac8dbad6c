/**
 * Further ways to sign in, each on when its variables are set; none is by default. Secrets are set with
 * `wrangler secret put`. The generated types know only what wrangler.jsonc names.
 */
interface __BaseEnv_Env {
  GOOGLE_CLIENT_ID?: string;
  GOOGLE_CLIENT_SECRET?: string;
  GITHUB_CLIENT_ID?: string;
  GITHUB_CLIENT_SECRET?: string;
  /** The issuer as its discovery document spells it, for example `https://login.example.com/realms/team`. */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  /** What the button says: "Continue with …". */
  OIDC_NAME?: string;
  /** `trial`: strangers make workspaces of their own, with a trial, once mail proved their address. Off unless set. */
  SIGN_UP?: string;
}
