import { ORIGIN } from "./oauth-world.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Value = number | string | Bytes | Map<number | string, Value>;

/** What WebAuthn writes of CBOR (RFC 8949): small numbers, texts, bytes, maps. */
function cbor(value: Value): Bytes {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return joined(head(3, value.length), new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return joined(head(2, value.length), value);
  return joined(head(5, value.size), ...[...value].flatMap(([key, held]) => [cbor(key), cbor(held)]));
}

function head(kind: number, size: number): Bytes {
  if (size < 24) return Uint8Array.of((kind << 5) | size);
  return size < 256
    ? Uint8Array.of((kind << 5) | 24, size)
    : Uint8Array.of((kind << 5) | 25, size >> 8, size & 255);
}

function joined(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

const utf8 = (text: string) => joined(new TextEncoder().encode(text));
export const text64 = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
const bytes64 = (text: string | undefined) => Uint8Array.fromBase64(text ?? "", { alphabet: "base64url" });
const sha256 = async (bytes: Bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** What a device may get wrong. */
export interface Wrong {
  origin?: string;
  rpId?: string;
  unverified?: boolean;
  challenge?: string;
  type?: string;
}

/** A device with one passkey (WebAuthn 2, 6.1 to 6.5, without attestation). */
export async function device() {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  if (!("publicKey" in keys)) throw new Error("no pair");
  const jwk = await crypto.subtle.exportKey("jwk", keys.publicKey);
  if (jwk instanceof ArrayBuffer) throw new Error("no key");
  const id = crypto.getRandomValues(new Uint8Array(16));
  let count = 0;
  const data = async (flags: number, wrong: Wrong) =>
    joined(
      await sha256(utf8(wrong.rpId ?? new URL(ORIGIN).hostname)),
      Uint8Array.of(wrong.unverified ? flags & ~4 : flags, 0, 0, 0, ++count),
    );
  const client = (type: string, challenge: string, wrong: Wrong) =>
    utf8(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge: wrong.challenge ?? challenge,
        origin: wrong.origin ?? ORIGIN,
        crossOrigin: false,
      }),
    );
  const answer = (response: object) =>
    JSON.stringify({
      id: text64(id),
      rawId: text64(id),
      type: "public-key",
      clientExtensionResults: {},
      response,
    });
  return {
    async make(challenge: string, wrong: Wrong = {}) {
      const cose = cbor(
        new Map<number, Value>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes64(jwk.x)],
          [-3, bytes64(jwk.y)],
        ]),
      );
      const authData = joined(
        await data(0x45, wrong),
        new Uint8Array(16),
        Uint8Array.of(0, id.length),
        id,
        cose,
      );
      const attestation = new Map<string, Value>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authData],
      ]);
      return answer({
        clientDataJSON: text64(client("webauthn.create", challenge, wrong)),
        attestationObject: text64(cbor(attestation)),
        transports: ["internal"],
      });
    },
    async sign(challenge: string, wrong: Wrong = {}) {
      const clientData = client("webauthn.get", challenge, wrong);
      const authData = await data(5, wrong);
      const raw = new Uint8Array(
        await crypto.subtle.sign(
          { name: "ECDSA", hash: "SHA-256" },
          keys.privateKey,
          joined(authData, await sha256(clientData)),
        ),
      );
      return answer({
        clientDataJSON: text64(clientData),
        authenticatorData: text64(authData),
        signature: text64(der(raw)),
      });
    },
  };
}

/** An ECDSA signature as devices write it: two ASN.1 integers. */
function der(raw: Uint8Array): Bytes {
  const integer = (bytes: Uint8Array) => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const short = bytes.subarray(from);
    const value = (short[0] ?? 0) > 127 ? joined(Uint8Array.of(0), short) : short;
    return joined(Uint8Array.of(2, value.length), value);
  };
  const both = joined(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return joined(Uint8Array.of(0x30, both.length), both);
}
