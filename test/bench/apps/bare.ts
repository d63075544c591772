import { join } from "node:path";
import express from "express";

/** The ceiling within Express: the same two pages, with no session, no sign-in, no log and no headers of its own. */
const { PORT, VIEWS = "", USER = "null" } = process.env;
const user = JSON.parse(USER);

const app = express();
app.set("view engine", "ejs");
app.set("views", VIEWS);
app.locals.assetUrl = (name: string) => `/assets/${name}?v=0123456789`;
app.use("/assets", express.static(join(VIEWS, "assets")));

app.get("/", (_req, res) => {
  res.render("index", { user: undefined, providers: [], isUserUnknown: false });
});
app.get("/logged-in", (_req, res) => {
  res.render("loggedIn", { user });
});

app.listen(Number(PORT), "127.0.0.1");
