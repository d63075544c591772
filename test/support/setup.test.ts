import http from "node:http";
import net from "node:net";
import { expect, test } from "vitest";
import { takeComplaints } from "./complaints.ts";

test("CF-6: a connection beyond loopback throws, and is remembered where the throw is caught", async () => {
  expect(() => net.connect(80, "192.0.2.1")).toThrow(/loopback only/);
  expect(() => http.get("http://www.example.com/")).toThrow(/loopback only/);
  await expect(fetch("https://www.example.com/")).rejects.toThrow();
  expect(takeComplaints()).toHaveLength(3);
});

test("a name that never resolves fails as it would anywhere", async () => {
  await expect(fetch("http://nowhere.invalid/")).rejects.toMatchObject({
    cause: { code: "ENOTFOUND" },
  });
});

test.fails("a word on console.error fails the test", () => {
  // biome-ignore lint/suspicious/noConsole: the noise is what this test makes.
  console.error("noise");
});
