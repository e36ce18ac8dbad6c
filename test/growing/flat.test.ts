import { catalogue } from "../../src/catalogue.ts";
import { flatCost } from "./flat.ts";

// Small is ten times what a page may look at, so that bounds show as bounds.
flatCost(catalogue, { small: 5_000, large: 100_000 });
