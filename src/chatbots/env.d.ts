/** What a deployment may set for its chatbots. The generated types know only what wrangler.jsonc names. */
interface __BaseEnv_Env {
  /** Models that chatbots may be given, comma-separated, the first one for new chatbots. Unset: a built-in list. */
  AI_MODELS?: string;
}
