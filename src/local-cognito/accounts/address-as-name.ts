import { isEmailLike } from "../users/user-attributes.ts";
import { CognitoException, refusal } from "./exceptions.ts";

/** The attributes of somebody whose address is the name; throws InvalidParameterException where the two differ. */
export function withAddress(
  username: string,
  attributes: Record<string, string>,
): Record<string, string> {
  if (username !== "" && !isEmailLike(username)) {
    const message = "Username should be an email.";
    throw new CognitoException("InvalidParameterException", "emailInvalid", message);
  }
  const { email = username } = attributes;
  if (email !== username && username !== "") {
    const message =
      "The attribute email is not the same as the Username, which is the address here.";
    throw refusal("InvalidParameterException", message);
  }
  return email === "" ? attributes : { ...attributes, email };
}
