import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  casing: "snake_case",
  schema: ["./src/control/schema.ts", "./src/control/sign-in-schema.ts"],
  out: "./migrations/control",
});
