/** What history can tell of contacts, for the count of records. */
export interface DrillHistory {
  /** Contacts that were open at the position that history has folded. */
  open(): Promise<{ readonly position: number; readonly contacts: readonly string[] }>
  /** How many records there are of each of these contacts. */
  records(contacts: readonly string[]): Promise<ReadonlyMap<string, number>>
}
