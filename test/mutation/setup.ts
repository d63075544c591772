// The first sign-in loads these otherwise, and then its test alone would count as one that runs them.
import "../../src/sign-in/cognito/key-set.ts";
import "../../src/sign-in/cognito/token-response.ts";
import "../support/setup.ts";
