import type { DirectoryEntry } from '#api/contract'
import type { Millis } from '#base'
import { agentStatus } from '#kernel/agent'
import type { CentreState } from '#kernel/centre'
import { servesQueue } from '#kernel/routing'
import { type IsLoggedOn, viewPresence } from './presence-view.ts'

/** A word without case and accents: `Jürgen` is found by `jur`, and by `JÜR`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
}

/** Whether every word that is searched for begins a word of what is there. */
export function matches(search: string, texts: readonly string[]): boolean {
  const words = texts.flatMap((text) => plain(text).split(/[\s._-]+/))
  return plain(search)
    .split(/\s+/)
    .every((wanted) => words.some((word) => word.startsWith(wanted)))
}

/** People, queues and flows with a number, those first whom one looks for most: people who can talk now, then by name. */
export function searchDirectory(
  state: CentreState,
  { search, limit }: { readonly search: string; readonly limit: number },
  sources: { readonly now: Millis; readonly isLoggedOn: IsLoggedOn },
): DirectoryEntry[] {
  const found = [...people(state, search, sources), ...places(state, search)]
  return found
    .sort((a, b) => rank(a) - rank(b) || a.displayName.localeCompare(b.displayName, undefined, { numeric: true }))
    .slice(0, limit)
    .map((entry) => (entry.type === 'queue' ? { ...entry, ...countsOf(state, entry.name, sources.now) } : entry))
}

function rank({ presence }: DirectoryEntry): number {
  if (!presence) return 1
  const { status } = presence
  if (status === 'ready') return 0
  return status === 'logged-off' || status === 'unreachable' ? 3 : 2
}

function* people(
  state: CentreState,
  search: string,
  sources: { readonly now: Millis; readonly isLoggedOn: IsLoggedOn },
): Iterable<DirectoryEntry> {
  for (const user of state.configuration.users.values()) {
    const { name, displayName, extension } = user
    if (!matches(search, [name, displayName, extension])) continue
    const presence = viewPresence(state, user, sources)
    yield { type: 'agent', name, displayName, number: extension, presence, ready: null, waiting: null }
  }
}

function* places({ configuration }: CentreState, search: string): Iterable<DirectoryEntry> {
  for (const [number, to] of configuration.numbers) {
    if (to.type === 'user') continue
    const name = to.type === 'queue' ? to.queue : to.flow
    if (!matches(search, [name, number])) continue
    yield { type: to.type, name, displayName: name, number, presence: null, ready: null, waiting: null }
  }
}

function countsOf(state: CentreState, name: string, now: Millis): Pick<DirectoryEntry, 'ready' | 'waiting'> {
  const queue = state.configuration.queues.get(name)
  let ready = 0
  for (const agent of queue ? state.agents.values() : []) {
    if (agentStatus(agent, now) !== 'ready') continue
    const user = state.configuration.users.get(agent.user)
    if (user && queue && servesQueue(user, queue)) ready += 1
  }
  return { ready, waiting: state.queues.get(name)?.waiting.size ?? 0 }
}
