import type { GroupSettings } from "../pool/pool-settings.ts";
import type { Group } from "../users/groups.ts";
import type { User } from "../users/user.ts";
import { isGroupName } from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import { refusal } from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";

const mostGroupsOfAUser = 100;

/** CreateGroup */
export function createGroup({ groups }: Accounts, settings: GroupSettings): Group {
  assertGroupName(settings.name);
  if (groups.find(settings.name)) throw refusal("GroupExistsException", messages.groupExists);
  return groups.create(settings);
}

/** Throws ResourceNotFoundException where there is no such group. */
export function getGroup({ groups }: Accounts, name: string): Group {
  const group = groups.find(name);
  if (!group) throw refusal("ResourceNotFoundException", messages.groupNotFound);
  return group;
}

/** DeleteGroup: its members stay users. */
export function deleteGroup(accounts: Accounts, name: string): void {
  const group = getGroup(accounts, name);
  accounts.inOneWrite(() => {
    accounts.groups.remove(group);
    let after: string | undefined;
    do {
      const { users, next } = accounts.users.page({
        index: "group",
        value: name,
        after,
        limit: 100,
      });
      for (const user of users) adminRemoveUserFromGroup(accounts, user, name);
      after = next;
    } while (after !== undefined);
  });
}

/** AdminAddUserToGroup: into a group of the pool; the next tokens name it. */
export function adminAddUserToGroup(accounts: Accounts, user: User, name: string): User {
  getGroup(accounts, name);
  if (user.groups.length >= mostGroupsOfAUser && !user.groups.includes(name)) {
    throw refusal("LimitExceededException", messages.tooManyGroups);
  }
  return changeUser(accounts, user, (stored) => ({
    ...stored,
    groups: [...new Set([...stored.groups, name])].sort(),
  }));
}

export function adminRemoveUserFromGroup(accounts: Accounts, user: User, name: string): User {
  return changeUser(accounts, user, (stored) => ({
    ...stored,
    groups: stored.groups.filter((group) => group !== name),
  }));
}

/**
 * Sees to it that users can be put into the group: a pool whose settings name no groups has any that comes to mind.
 * Throws where there is no such group and cannot be.
 */
export function provideGroup(accounts: Accounts, name: string): void {
  assertGroupName(name);
  const isFree = accounts.settings.groups.length === 0;
  if (accounts.groups.find(name)) return;
  if (!isFree) throw refusal("ResourceNotFoundException", messages.groupNotInTemplate);
  createGroup(accounts, { name });
}

function assertGroupName(name: string): void {
  if (isGroupName(name)) return;
  throw refusal("InvalidParameterException", messages.groupInvalid);
}
