/** Style sheets are bundled as their text. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** What the bundler knows of the part that is loaded later: it changes when that does. */
declare const PANEL_VERSION: string;
