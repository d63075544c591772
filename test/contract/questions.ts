import type { Question } from "./question.ts";
import { authorizeQuestions } from "./questions/authorize.ts";
import { discoveryQuestions } from "./questions/discovery.ts";
import {
  logoutQuestions,
  revokeQuestions,
  userInfoQuestions,
} from "./questions/other-endpoints.ts";
import { tokenQuestions } from "./questions/token.ts";

/** Everything of sections 1 to 5 that a pool can be asked with nobody signed in. */
export const questions: Question[] = [
  ...discoveryQuestions,
  ...authorizeQuestions,
  ...tokenQuestions,
  ...userInfoQuestions,
  ...revokeQuestions,
  ...logoutQuestions,
];
