import { createSite, serve } from "./site.ts";

/** The ceiling within Express: the same two pages, with no session, no sign-in, no log and no headers of its own. */
const user = JSON.parse(process.env.USER ?? "null");

serve(createSite(), ({ path }) => (path === "/" ? undefined : user));
