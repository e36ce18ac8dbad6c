import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Role } from "./scopes.ts";

/**
 * People who sign in, in the control database. All but invitations have the fields that better-auth's Drizzle
 * adapter wants under these names; its dates are stored, as everywhere, as integers, milliseconds, UTC.
 */
const date = () => integer({ mode: "timestamp_ms" });

export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** In lower case. */
    email: text().notNull(),
    /** True for everybody made by the operator or an invitation: the address was vouched for. */
    emailVerified: integer({ mode: "boolean" }).notNull(),
    image: text(),
    /** A code is asked for after the password. */
    twoFactorEnabled: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (t) => [uniqueIndex("users_by_email").on(t.email)],
);

/** A browser that is signed in. Not to be confused with an MCP session. */
export const signInSessions = sqliteTable(
  "sign_in_sessions",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    token: text().notNull(),
    expiresAt: date().notNull(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (t) => [
    uniqueIndex("sign_in_sessions_by_token").on(t.token),
    index("sign_in_sessions_by_user").on(t.userId),
    index("sign_in_sessions_by_expiry").on(t.expiresAt),
  ],
);

/** A way for a user to sign in: a password (`provider_id` credential) or an account with a provider. */
export const accounts = sqliteTable(
  "accounts",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    providerId: text().notNull(),
    /** The provider's own id of the person (`sub`); for a password the user's id. */
    accountId: text().notNull(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: date(),
    refreshTokenExpiresAt: date(),
    scope: text(),
    /** scrypt, with its salt. */
    password: text(),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (t) => [
    uniqueIndex("accounts_by_provider").on(t.providerId, t.accountId),
    index("accounts_by_user").on(t.userId),
  ],
);

export const verifications = sqliteTable(
  "verifications",
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: date().notNull(),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (t) => [
    index("verifications_by_identifier").on(t.identifier),
    index("verifications_by_expiry").on(t.expiresAt),
  ],
);

/** The second factor of a user: what their app makes codes of. Secret and backup codes are encrypted. */
export const twoFactors = sqliteTable(
  "two_factors",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    secret: text().notNull(),
    backupCodes: text().notNull(),
    /** A first code was typed: before, nothing is asked for. */
    verified: integer({ mode: "boolean" }).notNull(),
    failedVerificationCount: integer().notNull().default(0),
    lockedUntil: date(),
  },
  (t) => [uniqueIndex("two_factors_by_user").on(t.userId)],
);

/** A key of a user's device that signs in without a password. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text(),
    publicKey: text().notNull(),
    credentialID: text("credential_id").notNull(),
    counter: integer().notNull(),
    deviceType: text().notNull(),
    backedUp: integer({ mode: "boolean" }).notNull(),
    transports: text(),
    aaguid: text(),
    createdAt: date().notNull(),
  },
  (t) => [uniqueIndex("passkeys_by_credential").on(t.credentialID), index("passkeys_by_user").on(t.userId)],
);

/** A link that makes one person a member, once. */
export const invitations = sqliteTable(
  "invitations",
  {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    /** Who it is for, in lower case: nobody else can use it. */
    email: text().notNull(),
    role: text().$type<Role>().notNull(),
    /** SHA-256 of the link's token, hex. The token has 260 random bits. */
    tokenHash: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    acceptedAt: integer(),
    /** Ended before its time: by the operator, a newer one of the address, or its member's change or removal. */
    revokedAt: integer(),
  },
  (t) => [
    uniqueIndex("invitations_by_token").on(t.tokenHash),
    index("invitations_by_workspace").on(t.workspaceId, t.createdAt),
    index("invitations_by_expiry").on(t.expiresAt),
  ],
);
