import type { Session } from '#api/contract'
import type { ConfigurationClient, Proposal, Published } from '../../models/configuration-client.ts'
import type { ConfigurationDraft } from '../../models/configuration-draft.ts'
import type { LiveConnection } from '../../models/live-connection.ts'

/** What the parts of the page are given. */
export interface ConfiguredProps {
  readonly published: Published
  readonly draft: ConfigurationDraft
  readonly client: ConfigurationClient
  /** Who is logged in. */
  readonly session: Session
  readonly connection: LiveConnection
  readonly onPropose: (proposal: Proposal) => void
  readonly onFailure: (words: string) => void
  readonly onSaid: (words: string) => void
  readonly onPublished: (version: number) => Promise<void>
}
