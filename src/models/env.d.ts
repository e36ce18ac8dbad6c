/** The language model that a deployment may bring. The generated types know only what wrangler.jsonc names. */
interface __BaseEnv_Env {
  /** Base address of an OpenAI-compatible API, for example `https://api.openai.com/v1`. Unset: no such models. */
  MODEL_API_URL?: string;
  /** The key that goes with it, a secret. Unset: requests carry none. */
  MODEL_API_KEY?: string;
  /** Calls to models that a workspace may make on a day (UTC). Unset: 2,000. */
  AI_CALLS_A_DAY?: string;
}
