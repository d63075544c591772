import express from "express";
import { cognitoSignIn } from "express-cognito-sign-in";

const app = express();
const signIn = cognitoSignIn();
app.use(signIn);

app.get("/", (_req, res) => res.send("Orders of everybody"));
app.get("/login-with-wishes", (req, res) => {
  const wishes = { loginHint: "ann", lang: "de", prompt: "login", returnTo: "/orders" };
  res.redirect(req.signIn.loginUrl(wishes));
});
// No guard: who is not signed in learns it from the token that there is not.
app.get("/orders", async (req, res) => {
  const ask = async () => {
    const headers = { authorization: `Bearer ${await req.signIn.accessToken()}` };
    return (await fetch(`${process.env.ORDERS_API}/orders`, { headers })).json();
  };
  res.json(await Promise.all([ask(), ask(), ask()]));
});

const server = app.listen(process.env.PORT);
process.once("SIGTERM", () => server.close(() => signIn.close()));
