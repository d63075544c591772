import { createHash, getDiffieHellman } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  beginSrp,
  isSrpSignature,
  isUsableA,
  makeSrpVerifier,
  srpKey,
} from "../../../src/local-cognito/users/srp.ts";
import { power } from "../api/support/srp-client.ts";

const mira = { poolName: "Ab3dE5gH1", username: "mira" };
const password = "Correct-Horse-9";
const salt = "a0b1c2d3e4f5061728394a5b6c7d8e9f";
const a = "60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393";
const b = "e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20";
const prime = getDiffieHellman("modp15").getPrime();

/** What the client sends first. */
const A = power(2n, BigInt(`0x${a}`)).toString(16);

/** Numbers of 768 digits, by the hash of the bytes that are hashed in the protocol. */
function digest(hex: string): string {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
  return createHash("sha256").update(bytes).digest("hex");
}

describe("SRP as Cognito has it", () => {
  test("makes the verifier, the challenge, the key and the signature of the known example", () => {
    const verifier = makeSrpVerifier(mira, password, salt);
    expect(verifier.verifier.slice(0, 16)).toBe("3722062731fa74db");
    expect(digest(verifier.verifier)).toBe(
      "db5041fae3cde78649f0828610acb36de57e680c02c81387659df39123e70a3d",
    );
    expect(digest(A)).toBe("dcb99278d40565240b877c25a9c79fded3c9d6052928c74939aaf911357b146d");
    const challenge = beginSrp(verifier, Buffer.from(b, "hex"));
    expect(digest(challenge.B)).toBe(
      "e968bbfbd5e75eb2da7c47342f2fad96cb2135b3da7af8f9e668eeb14ac9464a",
    );
    const key = srpKey(verifier, challenge, A);
    expect(key.toString("hex")).toBe("be5e2e05e283d1d3a20ff4391f639976");
    const claim = {
      secretBlock: Buffer.from("bG9jYWwgc2VjcmV0IGJsb2Nr", "base64"),
      timestamp: "Mon Jan 5 09:03:07 UTC 2026",
      signature: "63ngw9GpKfwI5nAOqUqM+OzZoSPHZpvbsmTejM8nttk=",
    };
    expect(isSrpSignature(key, mira, claim)).toBe(true);
    for (const changed of [
      { ...claim, timestamp: "Mon Jan 5 09:03:08 UTC 2026" },
      { ...claim, secretBlock: Buffer.from("another") },
      { ...claim, signature: "" },
      { ...claim, signature: claim.signature.toLowerCase() },
    ]) {
      expect(isSrpSignature(key, mira, changed)).toBe(false);
    }
    expect(isSrpSignature(key, { ...mira, username: "mirb" }, claim)).toBe(false);
  });

  test("hashes a salt as a number: zeros in front of it are gone", () => {
    const verifier = makeSrpVerifier(mira, password, "00112233445566778899aabbccddeeff");
    const challenge = beginSrp(makeSrpVerifier(mira, password, salt), Buffer.from(b, "hex"));
    const ofThisSalt = beginSrp(verifier, Buffer.from(b, "hex"));
    expect(ofThisSalt.B).not.toBe(challenge.B);
    expect(srpKey(verifier, ofThisSalt, A).toString("hex")).toBe(
      "aef1cc3d27e5d7e2e00f7b5e69413ec7",
    );
  });

  test("knows no password by another's verifier", () => {
    const verifier = makeSrpVerifier(mira, "Wrong-Horse-9", salt);
    const challenge = beginSrp(verifier, Buffer.from(b, "hex"));
    const key = srpKey(verifier, challenge, A);
    expect(key.toString("hex")).not.toBe("be5e2e05e283d1d3a20ff4391f639976");
  });

  test("refuses what a proof cannot begin with", () => {
    const hex = prime.toString("hex");
    const twice = (BigInt(`0x${hex}`) * 2n).toString(16);
    for (const bad of ["", "0", "00", hex, twice, "xyz", "-1", "0x12", "f".repeat(1025)]) {
      expect(isUsableA(bad)).toBe(false);
    }
    expect(isUsableA(A)).toBe(true);
  });

  test("counts with the numbers that OpenSSL refuses as keys of Diffie and Hellman", () => {
    const verifier = makeSrpVerifier(mira, password, salt);
    const challenge = beginSrp(verifier, Buffer.from(b, "hex"));
    const minusOne = (BigInt(`0x${prime.toString("hex")}`) - 1n).toString(16);
    const noPowerOfTwo = (BigInt(`0x${prime.toString("hex")}`) - 4n).toString(16);
    for (const bad of ["1", minusOne, noPowerOfTwo]) {
      expect(srpKey(verifier, challenge, bad)).toHaveLength(16);
    }
    const zero = { salt, verifier: "0" };
    expect(srpKey(zero, challenge, "2")).toHaveLength(16);
  });
});
