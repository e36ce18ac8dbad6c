/** What a local server may be given besides. The generated types know only what wrangler.jsonc names. */
interface __BaseEnv_Env {
  /**
   * For development: origins, comma-separated, that may be called although they are not public, for example
   * `http://127.0.0.1:9999`. Counts only where PUBLIC_URL itself is on this machine, so never when deployed.
   */
  LOCAL_TARGETS?: string;
  /** Bytes that the files of a workspace may have altogether. Unset: 20 GiB. */
  FILES_MAX_BYTES?: string;
}
