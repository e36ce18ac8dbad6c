/**
 * 256 bits for one purpose out of the deployment's secret (HKDF with SHA-256, RFC 5869), so that no two uses share a
 * key and none can stand in for another.
 * @param secret `PARLEY_SECRET`
 * @param purpose a name of the use; changing it changes the key
 */
export async function derivedKey(secret: string, purpose: string): Promise<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, ["deriveBits"]);
  // Without a salt: the secret is random already.
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, material, 256));
}
