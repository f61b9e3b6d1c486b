/** Words from a mail as one line: nothing in them begins another line, in a head or on a terminal. */
export function oneLine(words: string, charsMax: number): string {
  return words
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
    .slice(0, charsMax)
}

/** A name for people, never a path. */
export function safeFileName(name: string | undefined): string {
  return oneLine(name ?? '', 200).replace(/["\\/]/g, '_') || 'file'
}

/** Types that a browser shows without running anything; all others are given as bytes. */
const SHOWN: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'application/zip',
  'text/plain',
  'text/calendar',
])

/** The media type that a file is given to a browser with. */
export function safeFileType(type: string): string {
  const plain = type.toLowerCase()
  return SHOWN.has(plain) ? plain : 'application/octet-stream'
}
