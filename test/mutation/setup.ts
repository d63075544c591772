// The first sign-in loads these otherwise, and then its test alone would count as one that runs them.
import "../../src/cognito/key-set.ts";
import "../../src/cognito/token-response.ts";
import "../support/setup.ts";
