/** What files may be, by how they begin: what a browser or an office shows without running anything. */
const KINDS: readonly { readonly type: string; readonly begins: readonly number[]; readonly at?: number }[] = [
  { type: 'image/png', begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', begins: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', begins: [0x47, 0x49, 0x46, 0x38] },
  { type: 'image/webp', begins: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { type: 'application/pdf', begins: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  // What fax gateways send: little-endian and big-endian.
  { type: 'image/tiff', begins: [0x49, 0x49, 0x2a, 0x00] },
  { type: 'image/tiff', begins: [0x4d, 0x4d, 0x00, 0x2a] },
  // Office documents are archives; nothing here opens them.
  { type: 'application/zip', begins: [0x50, 0x4b, 0x03, 0x04] },
]

/** Longer than this is looked at no further: text is text from its beginning. */
const TEXT_BYTES_LOOKED_AT = 64 * 1024

/** The media type that the content itself shows, whatever its sender claims; undefined for what is not taken: programs, scripts, pages. */
export function fileTypeOf(content: Uint8Array): string | undefined {
  for (const { type, begins, at = 0 } of KINDS) {
    if (begins.every((byte, index) => content[at + index] === byte)) return type
  }
  return isText(content) ? 'text/plain' : undefined
}

function isText(content: Uint8Array): boolean {
  const looked = content.subarray(0, TEXT_BYTES_LOOKED_AT)
  // Streaming: the end of the part that is looked at may cut a character.
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(looked, { stream: true })
  } catch {
    return false
  }
  if (looked.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return false
  // Pages and scripts are text too, and are refused: somebody will open them.
  return looked.length > 0 && !/^(#!|\s*<)/.test(new TextDecoder().decode(looked.subarray(0, 256)))
}
