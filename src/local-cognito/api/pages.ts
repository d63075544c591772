import { ApiException } from "./exceptions.ts";

/** How much of a list is asked for, and what the page before said. */
export interface Page {
  Limit?: number;
  MaxResults?: number;
  NextToken?: string;
}

const mostOnAPage = 60;

/**
 * Returns a page of a list in memory: the entries behind the one that the token names, by a key that no other entry
 * has. Throws ApiException for a token that names none.
 */
export function pageOf<Entry>(
  entries: Entry[],
  { Limit, MaxResults, NextToken }: Page,
  keyOf: (entry: Entry) => string,
): { shown: Entry[]; NextToken?: string } {
  const limit = Limit || MaxResults || mostOnAPage;
  const start = NextToken === undefined ? 0 : placeBehind(entries, NextToken, keyOf);
  const shown = entries.slice(start, start + limit);
  const last = shown.at(-1);
  const hasMore = last !== undefined && start + limit < entries.length;
  return { shown, ...(hasMore && { NextToken: tokenOf(keyOf(last)) }) };
}

function placeBehind<Entry>(
  entries: Entry[],
  token: string,
  keyOf: (entry: Entry) => string,
): number {
  const place = entries.findIndex((entry) => tokenOf(keyOf(entry)) === token);
  if (place >= 0) return place + 1;
  throw new ApiException("InvalidParameterException", "Invalid pagination token.");
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}
