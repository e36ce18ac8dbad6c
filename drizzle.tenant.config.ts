import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  casing: "snake_case",
  // Every noun's tables; the control database has a config of its own.
  schema: ["./src/!(control)/schema.ts"],
  out: "./migrations/tenant",
});
