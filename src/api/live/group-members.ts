import type { Configuration } from '#kernel/config'

/** Who works in a larger group does not look at what rings at everybody of it, and telling all of them of each ring would cost a core dear. */
const PICK_UP_MEMBERS_MAX = 50

/** Who sees what rings at whom, to take it: the members of the same small groups; made anew when the configuration changes. */
export class GroupMembers {
  #version = -1
  #of: Configuration | undefined
  #members = new Map<string, string[]>()

  /** The users who share a group with that one, without it. */
  colleaguesOf(configuration: Configuration, user: string): ReadonlySet<string> {
    this.#refresh(configuration)
    const found = new Set<string>()
    for (const group of configuration.users.get(user)?.groups ?? []) {
      const members = this.#members.get(group) ?? []
      if (members.length <= PICK_UP_MEMBERS_MAX) for (const member of members) found.add(member)
    }
    found.delete(user)
    return found
  }

  #refresh(configuration: Configuration): void {
    if (configuration === this.#of && configuration.version === this.#version) return
    this.#of = configuration
    this.#version = configuration.version
    this.#members = new Map()
    for (const { name, groups = [] } of configuration.users.values()) {
      for (const group of groups) {
        const members = this.#members.get(group)
        if (members) members.push(name)
        else this.#members.set(group, [name])
      }
    }
  }
}
