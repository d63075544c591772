import type { Request, RequestHandler } from "express";
import type { MessageKey } from "../messages.ts";
import { isOnThisMachine } from "../pool/registered-urls.ts";
import type { Console } from "./console.ts";

/** The hosted pages that send people to the inbox. */
const cameFrom = ["/confirm", "/confirmForgotPassword"];

interface WayBack {
  href: string;
  label: MessageKey;
}

/** Has each page of `/_local` lead back to the hosted page that `?back=` names, or to the app where it names none. */
export function offerWayBack(pool: Console): RequestHandler {
  return (req, res, next) => {
    res.locals.back = pageBehind(req) ?? appOf(pool);
    next();
  };
}

/** An address of ours alone: any other would lead people who trust these pages to somebody else's. */
function pageBehind({ query: { back } }: Request): WayBack | undefined {
  if (typeof back !== "string") return undefined;
  const [path = ""] = back.split("?");
  if (!cameFrom.includes(path)) return undefined;
  return { href: back, label: "backToPage" };
}

function appOf({ clients }: Console): WayBack | undefined {
  const { callbackUrls } = clients.first;
  const url = callbackUrls.find((address) => /^https?:/.test(address) && isOnThisMachine(address));
  return url === undefined ? undefined : { href: new URL("/", url).href, label: "backToApp" };
}
