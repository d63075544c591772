export { unpackBrowser as setup } from "./browser-binary.ts";
