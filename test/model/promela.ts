import { type PeersSay, SPOOL_DECISIONS, type SpoolAction, type StoreSeen } from '#seams/log'

const PEERS: readonly PeersSay[] = ['alone', 'consenting', 'reaching', 'silent', 'newer']
const ACTIONS: readonly SpoolAction[] = ['spool', 'drain', 'refuse', 'hand over']

const nameOf = (word: string): string => word.toUpperCase().replace(' ', '_')

/** The decision table as the model includes it. */
export function decisionTable(): string {
  const define = (word: string, index: number) => `#define ${nameOf(word)} ${index + 1}`
  const row = (store: StoreSeen, peers: PeersSay) =>
    `  :: ${store === 'away' ? '!' : ''}(store) && (answers) == ${nameOf(peers)} -> action = ${nameOf(SPOOL_DECISIONS[store][peers])}`
  return [
    '/* Made from src/seams/log/spool-decision.ts by TANDEM_MODEL_WRITE=1 npx vitest run test/model; a test holds it to that. */',
    ...PEERS.map(define),
    ...ACTIONS.map(define),
    'inline decide(store, answers) {',
    '  if',
    ...(['reachable', 'away'] as const).flatMap((store) => PEERS.map((peers) => row(store, peers))),
    '  fi',
    '}',
    '',
  ].join('\n')
}
