/** Addresses as a person types them into the *Send test* dialog, as the envelope carries them. */

/** The address of `Name <address>`, `<address>` or `address`; '' for the null sender `<>`. */
export function envelopeAddress(typed: string): string {
  const bracketed = /<([^<>]*)>\s*$/.exec(typed);
  return (bracketed?.[1] ?? typed).trim();
}
