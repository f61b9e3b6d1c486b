import type { Readable } from 'node:stream'
import type { Millis } from '#base'

/** What is known of a blob without reading it. */
export interface BlobStat {
  readonly key: string
  readonly sizeBytes: number
  readonly modifiedAt: Millis
}

/**
 * Files by key: recordings, attachments, prompts. A key is one to {@link KEY_PARTS_MAX} names parted by `/`, each of
 * letters, digits, `.`, `_` and `-`, not beginning with a dot; any other fails with `blobs.key`. A put is whole or not there at all,
 * and survives a power cut once it has returned. Failures of the storage are `blobs.full` and `blobs.unreachable`.
 */
export interface Blobs {
  /** Stores the bytes under the key, in place of what was there; returns their count and SHA-256 (64 hex digits). */
  put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ readonly sizeBytes: number; readonly sha256: string }>
  /** The bytes, or those from `start` to `end` (both included); undefined when there is no such blob. Close what you do not read to its end. */
  get(
    key: string,
    range?: { readonly start?: number; readonly end?: number },
  ): Promise<{ readonly stat: BlobStat; readonly body: Readable } | undefined>
  stat(key: string): Promise<BlobStat | undefined>
  /** Those whose key begins so, in the order of their keys, from after a key on, at most `limit` (1,000 when not said). */
  list(prefix: string, page?: { readonly after?: string; readonly limit?: number }): Promise<readonly BlobStat[]>
  /** False when there was none. */
  remove(key: string): Promise<boolean>
  close(): Promise<void>
}

/** Deep enough for `recordings/2026/11/21/…`; an object store's keys stay readable. */
export const KEY_PARTS_MAX = 8

/** The longest file name that every usual file system takes, less room for a suffix of ours. */
export const KEY_PART_BYTES_MAX = 200

/** One page of a listing. */
export const LIST_MAX = 1000
