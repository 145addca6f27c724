import { BoundArguments } from '../python/arguments';
import { arithmetic } from '../python/arithmetic';
import { compare, contains, equals, truth } from '../python/compare';
import { isSequence } from '../python/methods';
import { PyObject } from '../python/object';
import { str } from '../python/print';
import { isLower, isUpper } from '../python/unicode';
import { PyTuple, type PyValue } from '../python/value';
import type { Test } from './environment';
import { Undefined } from './undefined';

/** A test of the value alone. */
const alone = (name: string, body: (value: PyValue) => boolean): Test => (value, args) => {
  new BoundArguments(name, args, []);
  return body(value);
};

/** A test against one other value. */
const against = (name: string, body: (value: PyValue, other: PyValue) => boolean): Test => (value, args) =>
  body(value, new BoundArguments(name, args, ['other'], 1).value('other') ?? null);

const remainder = (value: PyValue, divisor: bigint): PyValue => arithmetic('%', value, divisor);

const isIterable = (value: PyValue): boolean => {
  if (value instanceof PyObject) return value.iterate() !== null;
  return typeof value === 'string' || Array.isArray(value) || value instanceof PyTuple || value instanceof Map;
};

/** `is`: the same object; small values of one type are one object. */
const same = (a: PyValue, b: PyValue): boolean => a === b;

const equal = against('eq', equals);
const unequal = against('ne', (a, b) => !equals(a, b));
const less = against('lt', (a, b) => compare(a, b, '<') < 0);
const lessOrEqual = against('le', (a, b) => compare(a, b, '<=') <= 0);
const greater = against('gt', (a, b) => compare(a, b, '>') > 0);
const greaterOrEqual = against('ge', (a, b) => compare(a, b, '>=') >= 0);

/** The tests of Jinja2; `filter` and `test` are added where the filters are known. */
export const TESTS: readonly (readonly [string, Test])[] = [
  ['defined', alone('defined', (value) => !(value instanceof Undefined))],
  ['undefined', alone('undefined', (value) => value instanceof Undefined)],
  ['none', alone('none', (value) => value === null)],
  ['boolean', alone('boolean', (value) => typeof value === 'boolean')],
  ['true', alone('true', (value) => value === true)],
  ['false', alone('false', (value) => value === false)],
  ['string', alone('string', (value) => typeof value === 'string')],
  ['number', alone('number', (value) => ['number', 'bigint', 'boolean'].includes(typeof value))],
  ['integer', alone('integer', (value) => typeof value === 'bigint')],
  ['float', alone('float', (value) => typeof value === 'number')],
  ['mapping', alone('mapping', (value) => value instanceof Map)],
  ['sequence', alone('sequence', (value) => (value instanceof Undefined ? !value.strict : isSequence(value)))],
  ['iterable', alone('iterable', isIterable)],
  ['callable', alone('callable', (value) => value instanceof PyObject && value.callable)],
  ['escaped', alone('escaped', () => false)],
  ['odd', alone('odd', (value) => equals(remainder(value, 2n), 1n))],
  ['even', alone('even', (value) => equals(remainder(value, 2n), 0n))],
  ['divisibleby', against('divisibleby', (value, other) => !truth(arithmetic('%', value, other)))],
  ['lower', alone('lower', (value) => isLower(str(value)))],
  ['upper', alone('upper', (value) => isUpper(str(value)))],
  ['sameas', against('sameas', same)],
  ['in', against('in', (value, container) => contains(container, value))],
  ['eq', equal], ['equalto', equal], ['==', equal],
  ['ne', unequal], ['!=', unequal],
  ['lt', less], ['lessthan', less], ['<', less],
  ['le', lessOrEqual], ['<=', lessOrEqual],
  ['gt', greater], ['greaterthan', greater], ['>', greater],
  ['ge', greaterOrEqual], ['>=', greaterOrEqual],
];
