import type { OfferedProduct as ShownProduct } from "../flows/run/state.ts";
import { fromMinorUnits } from "../products/price.ts";
import type { Product } from "../products/store.ts";

/** A product as a flow shows it. */
export function shownProduct({ id, title, priceMinor, currency, url, imageUrl }: Product): ShownProduct {
  return {
    id,
    name: title,
    ...(priceMinor === null || currency === null
      ? {}
      : { price: `${fromMinorUnits(priceMinor, currency)} ${currency}` }),
    ...(url === null ? {} : { url }),
    ...(imageUrl === null ? {} : { imageUrl }),
  };
}
