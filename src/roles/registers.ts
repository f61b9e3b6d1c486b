import type { Clock, Logger } from '#base'
import type { Links } from '#engines/link'
import type { MemberList } from '#seams/members'
import { PoolRegisters, type RegisterPeers } from '#seams/registers'

/** The registers of the pool: through its Redis if it has one, and over the links between its cores. */
export function openRegisters(url: string | undefined, clock: Clock, logger: Logger): PoolRegisters {
  return new PoolRegisters({ url, clock, logger })
}

/** The other cores as registers see them: one that has been silent and is not linked is gone, and nobody waits for it. */
export function registerPeers(links: Links, members: Pick<MemberList, 'all' | 'onChanged'>): RegisterPeers {
  return {
    peers() {
      const silent = new Set(members.all().flatMap((member) => (member.silent ? [member.name] : [])))
      const peers = links.peers().map(({ name, main, auxiliary }) => ({ name, linked: main || auxiliary }))
      return peers.filter(({ name, linked }) => linked || !silent.has(name))
    },
    onChanged(listener) {
      const stops = [links.onChanged(listener), members.onChanged(listener)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    ask: (...question) => links.ask(...question),
    answer: (...answerer) => links.answer(...answerer),
  }
}
