import { createHmac } from 'node:crypto'

/** Proves that a member of the pool sends a request to another one's core: it was counted and limited there, and goes no further. */
export const PROOF_HEADER = 'tandem-forwarded'

/** What stands in that header: made of the pool's secret, and no secret of anything else. */
export function forwardProof(secret: string): string {
  return createHmac('sha256', secret).update('forwarded request').digest('base64url')
}
