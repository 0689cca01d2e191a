/** A lab file with everything that rules can say, on ports that are given. */

/** Where its servers are. */
export interface Ports {
  readonly auth: number;
  /** Listeners: SMTP without logins, SMTP with them, IMAP, POP3. */
  readonly open: number;
  readonly submission: number;
  readonly imap: number;
  readonly pop3: number;
  /** Mail servers. */
  readonly eng: number;
  readonly hr: number;
  readonly engImap: number;
  readonly engPop3: number;
}

/** The file. */
export const richLab = (ports: Ports): string => `lab: 1
name: "a rich lab # with an odd \\u2028 name"
proxy: |
  # Its own comment.
  error_log logs/mail/proxy.log info;
  mail {
      server_name "mail.test.com";
      auth_http http://127.0.0.1:${ports.auth}/health?x=1;
      auth_http_header X-Site "one two";
      xclient off;
      starttls on;
      server { listen 127.0.0.1:${ports.open}; protocol smtp; smtp_auth none; smtp_client_buffer 8k; }
      server { listen 127.0.0.1:${ports.submission}; protocol smtp; smtp_auth plain login cram-md5; }
      server { listen 127.0.0.1:${ports.imap}; protocol imap; imap_auth plain cram-md5; }
      server { listen 127.0.0.1:${ports.pop3}; protocol pop3; pop3_auth plain apop cram-md5; }
  }
auth:
  listen: 127.0.0.1:${ports.auth}
  transport: http
  rules:
    - name: "switched off // */"
      off: true
      when: {}
      then: { reject: "550 never" }
    - name: logins by their account
      when: { method: [plain, cram-md5, apop], user: ["alice*", "/^b\\u00fc/"], password: valid }
      then: { route: account }
    - name: shared mailbox
      when: { user: "*@shared.test", protocol: imap }
      then: { route: eng, user: "team@eng", password: "t\\u00e9am pass" }
    - name: blocked networks
      when: { client: ["10.0.0.0/8", "2001:db8::/32"] }
      then: { reject: "554 5.7.1 not from there" }
    - name: null sender to a list
      when: { from: "<>", rcpt: "list-*@*" }
      then: { reject: "550 5.7.1 lists take no bounces" }
    - name: greylisted once
      when: { rcpt: "grey@*", attempt: "..1", method: none }
      then: { reject: "450 4.2.0 come b\\u00e4ck later", wait: 1 }
    - name: grey again
      when: { rcpt: "grey@*", attempt: "2..3" }
      then: { route: eng }
    - name: raw failure
      when: { rcpt: "raw@*" }
      then: { raw: { status: 503, headers: { Auth-Status: "try 's' \\\\ later", X-Why: "it's" } } }
    - name: a table
      when: { rcpt: ["/^(?:[a-z]+[.])+sec@/", "/^\\\\pL+-team@/"] }
      then: { route: hr }
    - name: a regular expression
      when: { rcpt: '/^(dev|ops)-\\d{1,3}@eng\\.abc\\.com$/', helo: "*", tls: false }
      then: { route: eng, wait: 0 }
    - name: slow to a plain address
      when: { rcpt: "slow@hr.abc.com", clientHost: ["[*", "*.test"] }
      then: { route: "127.0.0.1:${ports.hr}", delay: 300 }
    - name: engineering, but not from hr
      when: { rcpt: "*@eng.abc.com", not: { from: "*@hr.abc.com", helo: "lap?op" } }
      then: { route: eng }
    - name: human resources
      when: { protocol: smtp, rcpt: "*@hr.abc.com" }
      then: { route: hr }
  otherwise: { reject: "550 5.1.1 no such recipient here" }
accounts:
  - { user: alice@eng.abc.com, password: "s\\u00e9cret %+", upstream: eng }
  - { user: "b\\u00fcro", password: plain, upstream: eng }
  - { user: carol@shared.test, password: carol, upstream: eng }
upstreams:
  eng: { smtp: 127.0.0.1:${ports.eng}, imap: 127.0.0.1:${ports.engImap}, pop3: 127.0.0.1:${ports.engPop3}, external: true }
  hr: { smtp: 127.0.0.1:${ports.hr}, external: true }
tests:
  - name: engineering
    lookup: { rcpt: a@eng.abc.com }
    expect: { rule: "engineering, but not from hr", route: eng }
  - name: from hr to engineering
    lookup: { rcpt: a@eng.abc.com, from: b@hr.abc.com, helo: laptop }
    expect: { rule: otherwise, reject: 550 }
  - name: a login
    lookup: { user: alice@eng.abc.com, protocol: imap, method: cram-md5 }
    expect: { rule: logins by their account, route: eng }
  - name: a wrong password
    lookup: { user: alice@eng.abc.com, password: wrong }
    expect: { rule: accounts, reject: "*Invalid*" }
  - name: greylisting
    lookup: { rcpt: grey@x, attempt: 1 }
    expect: { rule: greylisted once, reject: 450, wait: 1 }
  - name: a team
    lookup: { rcpt: "b\\u00fcro-team@x" }
    expect: { rule: a table, route: hr }
`;
