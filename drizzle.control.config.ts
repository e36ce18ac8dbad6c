import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  casing: "snake_case",
  schema: ["./src/access/schema.ts", "./src/access/sign-in-schema.ts"],
  out: "./migrations/control",
});
