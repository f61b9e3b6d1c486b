import type { ConfigurationClient, Proposal, Published } from '../../models/configuration-client.ts'
import type { ConfigurationDraft } from '../../models/configuration-draft.ts'

/** What the parts of the page are given. */
export interface ConfiguredProps {
  readonly published: Published
  readonly draft: ConfigurationDraft
  readonly client: ConfigurationClient
  /** Who is logged in. */
  readonly user: string
  readonly onPropose: (proposal: Proposal) => void
  readonly onFailure: (words: string) => void
  readonly onSaid: (words: string) => void
  readonly onPublished: (version: number) => Promise<void>
}
