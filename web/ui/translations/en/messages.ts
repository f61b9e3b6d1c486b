/** What callers said for a user or a queue. */
export const messages = {
  messages: {
    title: 'Messages',
    unheard_one: '{{count}} new',
    unheard_other: '{{count}} new',
    none: 'No voice messages for you or your queues',
    loading: 'Reading …',
    failed: 'Messages cannot be read at this moment.',
    listen: 'Listen',
    close: 'Close',
    call: 'Call back',
    renew: 'Keep as new',
    remove: 'Remove',
    removed: 'The message of {{who}} is removed.',
    undo: 'Undo',
    more: 'Older messages',
    forYou: 'for you',
    forQueue: 'for {{queue}}',
    heardBy: 'heard by {{user}}',
    pending: 'its sound is being stored',
    lost: 'its sound was lost',
  },
}
