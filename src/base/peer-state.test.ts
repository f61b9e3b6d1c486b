import { expect, it } from 'vitest'
import { VirtualClock } from './clock.ts'
import { PeerState } from './peer-state.ts'

it('says since when a system outside is connected, or is not, and what went wrong last', () => {
  const clock = new VirtualClock(0)
  const peer = new PeerState(clock)
  expect(peer.status).toEqual({ connected: false, since: 0 })
  clock.advance(10)
  peer.down('refused')
  expect(peer.status).toEqual({ connected: false, since: 0, problem: 'refused' })
  clock.advance(10)
  peer.up()
  clock.advance(10)
  peer.up()
  expect(peer.status).toEqual({ connected: true, since: 20, problem: 'refused' })
  peer.down('gone')
  clock.advance(10)
  peer.down('refused again')
  expect(peer.status).toEqual({ connected: false, since: 30, problem: 'refused again' })
})
