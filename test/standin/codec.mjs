/**
 * What structured clone carries and JSON does not. One self-contained function, because its source also runs in the
 * page: the same code packs and unpacks on both sides of the wire.
 */
export const makeCodec = () => {
  const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const toBytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const packObject = (value) => {
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Map) return { $: 'map', v: [...value].map(pack) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(pack) };
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message] };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toText(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value))
      return { $: 'bytes', v: toText(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    if (Array.isArray(value)) return value.map(pack);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
  };
  const pack = (value) => {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', v: String(value) };
    return value === null || typeof value !== 'object' ? value : packObject(value);
  };
  const make = {
    undefined: () => undefined,
    bigint: BigInt,
    number: Number,
    date: (v) => new Date(v),
    map: (v) => new Map(v.map(unpack)),
    set: (v) => new Set(v.map(unpack)),
    error: ([name, message]) => Object.assign(new Error(message), { name }),
    buffer: (v) => toBytes(v).buffer,
    bytes: toBytes,
  };
  const unpack = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(unpack);
    if ('$' in value) return make[value.$](value.v);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
  };
  return { encode: (value) => JSON.stringify(pack(value)), decode: (text) => unpack(JSON.parse(text)) };
};
