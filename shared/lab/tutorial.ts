/** The lab that the app starts with: NGINX's mail-proxy tutorial, ready to run. `examples/` holds the same file. */
export const tutorialText = `lab: 1                                   # format version
name: NGINX mail proxy tutorial
proxy: |                                 # the mail part of an nginx.conf, verbatim; or  proxy: { file: nginx.conf }
  mail {
      server_name mail.test.com;
      auth_http   http://127.0.0.1:8000;
      xclient     off;
      server {
          listen     3333;
          protocol   smtp;
          smtp_auth  none;
      }
  }
auth:                                    # the lab's own auth service, a real HTTP server
  listen: 127.0.0.1:8000
  transport: in-process                  # or http: the proxy really connects, as nginx would
  rules:                                 # first match wins
    - name: engineering
      when: { rcpt: "*@eng.abc.com" }
      then: { route: eng }
    - name: human resources
      when: { rcpt: "*@hr.abc.com" }
      then: { route: hr }
  otherwise: { reject: "550 5.1.1 no such recipient here" }
upstreams:                               # mail servers the lab plays itself, unless external: true
  eng: { smtp: 127.0.0.1:2525 }
  hr:  { smtp: 127.0.0.1:2526 }
tests:
  - name: engineering mail goes to eng
    lookup: { protocol: smtp, rcpt: user@eng.abc.com }
    expect: { rule: engineering, route: eng }
  - name: a whole session to hr
    send: { from: dev@test.com, to: [user@hr.abc.com], subject: hello }
    expect: { upstream: hr, reply: 250, authCalls: 1 }
`;
