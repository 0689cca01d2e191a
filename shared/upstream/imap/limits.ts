/** What a played IMAP server takes from a client, and where it says no. */

/** The longest line of a command in bytes, its end included; RFC 7162 4 asks for 8,192 at least. */
export const LINE_MAX = 65_536;
/** The longest literal of LOGIN and every other command but APPEND. */
export const LITERAL_MAX = 65_536;
/** Lines that a command may be made of, with literals between them. */
export const PIECES_MAX = 500;
/** The largest message that APPEND takes. */
export const APPEND_MAX = 64 * 1024 * 1024;
/** The longest name of a mailbox, and the longest pattern of LIST, in characters. */
export const NAME_MAX = 500;
/** Keywords that a mailbox may have; one more is refused (RFC 5530 LIMIT). */
export const KEYWORDS_MAX = 128;
/** How deep the keys of a SEARCH may be nested. */
export const SEARCH_DEPTH_MAX = 100;
/** How many keys a SEARCH may have. */
export const SEARCH_KEYS_MAX = 1000;
/** How many of them may look into the text of messages. */
export const SEARCH_TEXTS_MAX = 20;
/** How many items a FETCH may ask for. */
export const FETCH_ITEMS_MAX = 50;
/** How deep MIME parts may be nested; what lies deeper is shown as application/octet-stream. */
export const MIME_DEPTH_MAX = 100;
/** How many MIME parts of a message are told apart; the last one then holds the rest. */
export const MIME_PARTS_MAX = 10_000;
