/** As many as a UUID has. */
const ID_BYTES = 16

/** Something that nobody else will make; `crypto.randomUUID` is not there on pages over plain HTTP. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(ID_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
