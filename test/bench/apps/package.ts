import { createSite, type PageUser, serve } from "./site.ts";

/** The package in somebody's app: the app of the README, with the settings in the environment. */
const { cognitoSignIn } = await import(process.env.PACKAGE ?? "");

const app = createSite();
app.use(cognitoSignIn());

serve(app, (req: unknown) => (req as { signIn: { user?: PageUser } }).signIn.user);
