/** An identity provider as people call it: Cognito has Amazon's as `LoginWithAmazon`, and Apple's as `SignInWithApple`. */
export function providerName(provider: string): string {
  return provider.replace(/^(Login|SignIn)With/, "");
}
