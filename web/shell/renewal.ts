import { createContext } from 'react'
import type { Session } from '#api/contract'

/**
 * Asks for another session of whoever is logged in and goes on with it; what the server ends meanwhile ends nothing here. Rejects with what
 * the request rejects with.
 */
export type RenewSession = (request: () => Promise<Session>) => Promise<void>

/** How a part of a page gets another session: after a new password the old one is over. */
export const Renewal = createContext<RenewSession>(async () => {})
