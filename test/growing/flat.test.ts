import { catalogue } from "../../src/catalogue.ts";
import { flatCost } from "./flat.ts";

flatCost(catalogue, { small: 1_000, large: 100_000 });
