import { type PoolSettings, tutorialSettings } from "../../pool/pool-settings.ts";
import { noValue } from "./scope.ts";

/** Where the stack would be deployed. */
export type Place = Pick<PoolSettings, "region" | "accountId">;

export const defaultPlace: Place = {
  region: tutorialSettings.region,
  accountId: tutorialSettings.accountId,
};

/** The parameters that every template has. */
export function pseudoParameters(
  { region, accountId }: Place,
  given: Record<string, string>,
): Record<string, unknown> {
  const { partition, urlSuffix } = partitionOf(region);
  const others = Object.entries(given).filter(([name]) => name.startsWith("AWS::"));
  return {
    ...Object.fromEntries(others),
    "AWS::AccountId": accountId,
    "AWS::NotificationARNs": [],
    "AWS::NoValue": noValue,
    "AWS::Partition": partition,
    "AWS::Region": region,
    "AWS::StackId": `arn:${partition}:cloudformation:${region}:${accountId}:stack/local-cognito/5e1d2c3b-4a59-4687-9a0b-1c2d3e4f5a6b`,
    "AWS::StackName": "local-cognito",
    "AWS::URLSuffix": urlSuffix,
  };
}

function partitionOf(region: string): { partition: string; urlSuffix: string } {
  if (region.startsWith("cn-")) return { partition: "aws-cn", urlSuffix: "amazonaws.com.cn" };
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return { partition, urlSuffix: "amazonaws.com" };
}

/** What is wrong with a region or an account. */
export function placeProblems({ region, accountId }: Place): { name: string; what: string }[] {
  const regionProblem = /^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)
    ? []
    : [{ name: "AWS::Region", what: `“${region}” is no region such as eu-west-1.` }];
  const accountProblem = /^\d{12}$/.test(accountId)
    ? []
    : [{ name: "AWS::AccountId", what: `“${accountId}” is no account: it has 12 digits.` }];
  return [...regionProblem, ...accountProblem];
}
