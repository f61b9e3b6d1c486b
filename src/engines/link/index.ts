export { openLinks } from './core-links.ts'
export { LINK_ERRORS } from './errors.ts'
export {
  type Answer,
  type AskOptions,
  type Connection,
  type LinkOptions,
  type Links,
  PEERS_MAX,
  type Peer,
  type PeerAddress,
} from './port.ts'
