/**
 * How the reader writes dates and numbers in the page's language: the first of the browser's languages that is one of its kinds. English
 * of Britain has the day before the month, that of America after it; to read one for the other is a wrong day.
 */
export function localeOf(language: string, readers: readonly string[]): string {
  return readers.find((one) => one === language || one.startsWith(`${language}-`)) ?? language
}
