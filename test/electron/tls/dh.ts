/** Diffie-Hellman parameters, which are no secrets. */

/** `openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048` (RFC 7919). */
export const pkcs3 = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`;

/** `openssl dhparam -dsaparam 2048`. */
export const x942 = `-----BEGIN X9.42 DH PARAMETERS-----
MIICKAKCAQEA5IEo44z8EmlTxat35WpwETlbZvOt3ru+9f3bprM0iLLmUNBkbDr8
caWHUlNnuHZZYTit1bIhYntoMcjcMdh38O2R+ByP+fX5Ml84XuznoPeD8Ctd9gKg
uLjfFjPjAlmR4CdjS1x0/Wx2Tw6YumpvLA6DWogazwAPq5C3pCFRnnH2si1FGVy9
jADQJZ3Io92d0tI4rSNZwoQda0MLr0AI9jCmAUx6NNGD6/+BxxQ2bxj9+NN3ip1h
iRuQtMTu6G/hjXYIzwHReDMx8JZlYbfdsA8I4qSEuDn/1q9e47UKMTZPshA/DXvh
ZDCzN2vRDDH0Cspj/DypEoXWkGeLIHld8wKCAQADHs/a3beRObe3UB65npLQPJJW
nxIHZxkV+MNiwSwJAFxLYYLoVDZ1jqiVFDCf6kwKeExpao6xYdHcUnq8M35mczN1
a2W4sTQGn7mh+taLkJF1gd1EFVH6W8pC1nMXd/qRlfWBp99Cpz385Wz4673bPaop
Bq4KHgS0q0mp8aC9zLc0SNEYFXDUsoLwJdG0mq0+nReCcil3uZ65pJsCN1dXHkk2
btq5m2Cae06rfa7Rhza+sYqyJkU5I8zrDJfvT64TZBBg+JlBSSlO9/pUNtRNJPbG
wSbKU9PXTf33blFl3pNuQvw5YI2/AKBczJP14TpV/2TI73sXFvKlljp4HfIbAh0A
1YIY+2KJYJDtvaTRRqg/TKc80FUEUQD+FToyuQ==
-----END X9.42 DH PARAMETERS-----
`;
