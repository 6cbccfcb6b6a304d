import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/ports/storage.ts';

test.each([
  ['s3://acme-verify', 'acme-verify', ''],
  ['s3://acme-verify/', 'acme-verify', ''],
  ['s3://acme-verify/prod', 'acme-verify', 'prod/'],
  ['s3://acme.verify/teams/prod/', 'acme.verify', 'teams/prod/'],
])('%s is the address of a shared store', (url, bucket, prefix) => {
  expect(parseAddress(url)).toEqual({ bucket, prefix });
});

test.each([
  'acme-verify',
  's3:acme',
  's3://',
  's3:///prod',
  's3://Acme/prod',
  's3://ab',
  'https://acme.s3.amazonaws.com/prod',
])('%s is none', (url) => {
  expect(parseAddress(url)).toBeNull();
});
