export { ConsentingCore, type ConsentingCoreOptions, type Holding } from './consenting-core.ts'
export {
  ConsentingPeers,
  type ConsentingPeersOptions,
  machineOf,
  type PeerLinks,
  type PeerSaid,
} from './consenting-peers.ts'
export { CONSENT_ERRORS } from './errors.ts'
export { END, FEED, PROMISE_MS, RIGHT_MS } from './messages.ts'
