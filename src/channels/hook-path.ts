/** Where channels' services tell us what happens; an inbox's public key follows. */
export const HOOKS_PATH = "/api/hooks/v1";

/** The path of one inbox. It is no secret: each request shows that it is the service's. */
export function hookPath(publicKey: string): string {
  return `${HOOKS_PATH}/${publicKey}`;
}
