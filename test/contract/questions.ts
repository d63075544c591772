import type { Question } from "./question.ts";
import { apiQuestions } from "./questions/api.ts";
import { authenticationQuestions } from "./questions/authentication.ts";
import { authorizeQuestions } from "./questions/authorize.ts";
import { discoveryQuestions } from "./questions/discovery.ts";
import {
  logoutQuestions,
  revokeQuestions,
  userInfoQuestions,
} from "./questions/other-endpoints.ts";
import { tokenQuestions } from "./questions/token.ts";

/** Everything of sections 1 to 5, and of the JSON API, that a pool can be asked with nobody signed in. */
export const questions: Question[] = [
  ...discoveryQuestions,
  ...authorizeQuestions,
  ...tokenQuestions,
  ...userInfoQuestions,
  ...revokeQuestions,
  ...logoutQuestions,
  ...apiQuestions,
  ...authenticationQuestions,
];
