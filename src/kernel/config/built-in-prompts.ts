/** The prompts that every release brings, by name: the files of `assets/prompts`, which test/tidy compares. */
export const BUILT_IN_PROMPTS: readonly string[] = [
  ...['beep', 'callback-confirmed', 'callback-offer', 'estimated-wait', 'goodbye', 'greeting', 'hold-music'],
  ...[
    'invalid-choice',
    'less-than-a-minute',
    'menu',
    'minute',
    'minutes',
    'music',
    'position-is',
    'queue-announcement',
  ],
  ...['record-intro', 'record-thanks', 'ring', 'transfer-failed', 'unavailable', 'voicemail-intro'],
  ...['from', 'keys', 'many', 'new', 'no-sound', 'one', 'over', 'you-have'].map((name) => `messages/${name}`),
  ...Array.from({ length: 10 }, (_, digit) => `digits/${digit}`),
  ...Array.from({ length: 20 }, (_, number) => `numbers/${number}`),
  ...[20, 30, 40, 50, 60, 70, 80, 90].map((tens) => `numbers/${tens}`),
]
