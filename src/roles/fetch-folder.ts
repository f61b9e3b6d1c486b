import { join } from 'node:path'

/** Where media processes say which recordings of other machines they want, and where the archive of this machine lays those. */
export function fetchFolder(data: string): { readonly wishes: string; readonly brought: string } {
  return { wishes: join(data, 'fetch', 'wanted'), brought: join(data, 'fetch', 'recordings') }
}
