/** Which addresses nobody but this machine can reach. */

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|0*\\d{1,2})';
const ipv4 = new RegExp(`^0*127(?:\\.${octet}){3}$`);

/** 127.0.0.0/8 and ::1 (RFC 1122 3.2.1.3, RFC 4291 2.5.3), also mapped into IPv6, and the name localhost (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^(?:::|0:0:0:0:0:)ffff:/, '');
  return (
    plain === 'localhost' ||
    /^(?:0*:)+:?0*1$/.test(plain) ||
    ipv4.test(plain) ||
    /^7f[\da-f]{2}:[\da-f]{1,4}$/.test(plain)
  );
}
