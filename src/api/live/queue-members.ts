import type { Configuration, Queue, User } from '#kernel/config'
import { servesQueue } from '#kernel/routing'

/** Who serves which queue; made anew when the configuration changes, since asking every agent at every change would be slow. */
export class QueueMembers {
  #of: Configuration | undefined
  #version = -1
  #agents = new Map<string, readonly string[]>()
  #queues = new Map<string, readonly string[]>()

  /** The users who serve the queue. */
  agentsOf(configuration: Configuration, queue: string): readonly string[] {
    this.#refresh(configuration)
    return this.#agents.get(queue) ?? []
  }

  /** The queues that the user serves. */
  queuesOf(configuration: Configuration, user: string): readonly string[] {
    this.#refresh(configuration)
    return this.#queues.get(user) ?? []
  }

  #refresh(configuration: Configuration): void {
    if (configuration === this.#of && configuration.version === this.#version) return
    this.#of = configuration
    this.#version = configuration.version
    const users = [...configuration.users.values()]
    const queues = [...configuration.queues.values()]
    this.#agents = new Map(queues.map((queue) => [queue.name, membersOf(queue, users)]))
    this.#queues = new Map(
      users.map((user) => [user.name, queues.filter((q) => servesQueue(user, q)).map((q) => q.name)]),
    )
  }
}

function membersOf(queue: Queue, users: readonly User[]): readonly string[] {
  return users.filter((user) => servesQueue(user, queue)).map((user) => user.name)
}
